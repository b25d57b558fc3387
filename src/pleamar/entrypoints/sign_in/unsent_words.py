"""What somebody had typed into a form, in the words that stood beside its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.urls import Resolver404, resolve
from django.utils.choices import flatten_choices
from django.utils.translation import gettext, gettext_lazy

from pleamar.entrypoints.sign_in.unsent import Unsent

# Fields of tables, which are no form's.
_OF_TABLES: Final = {"email": gettext_lazy("E-mail"), "pattern": gettext_lazy("Address or pattern")}
# What only the page needs: which button it was, and what it showed by then.
_OF_PAGES: Final = {"act", "shown", "next", "confirmed"}


@dataclass(frozen=True, slots=True)
class UnsentFact:
    """What one field said."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class UnsentWords:
    """All that can be said in words; `more`: something was chosen besides, which goes along."""

    facts: tuple[UnsentFact, ...]
    more: bool


def unsent_words(unsent: Unsent) -> UnsentWords:
    """The labels and choices are those of the form that the page had, as its fields tell it."""
    names = {_plain(name) for name, _ in unsent.fields}
    fields = _fields_of(unsent.path, names)
    facts, more = [], False
    for name, value in unsent.fields:
        plain = _plain(name)
        label = fields[plain].label if plain in fields else _OF_TABLES.get(plain)
        if label and not name.startswith("initial-") and (value or plain == name):
            facts.append(UnsentFact(str(label), _value(fields.get(plain), value)))
        elif value and not label and plain not in _OF_PAGES:
            more = True
    return UnsentWords(tuple(facts), more)


def _plain(name: str) -> str:
    """Without what tells apart the rows of a table of forms."""
    return name.rpartition("-")[2]


def _fields_of(path: str, names: set[str]) -> dict[str, forms.Field]:
    """Those of the form of that page's package that has most of the `names`, and little else."""
    try:
        package = resolve(path.partition("?")[0]).func.__module__.rpartition(".")[0]
    except Resolver404:
        return {}
    near = [form.base_fields for form in _forms(forms.Form) if form.__module__.rpartition(".")[0] == package]
    return max(near, key=lambda fields: (len(names & fields.keys()), -len(fields)), default={})


def _forms(parent: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for form in parent.__subclasses__():
        yield form
        yield from _forms(form)


def _value(field: forms.Field | None, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return gettext("yes")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices  # its types know no groups
        return str(dict(flatten_choices(choices)).get(value, value))
    return value
