"""What is said beside a field that anybody may get wrong: in our words, for Django's are those of programmers."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core import validators
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_OF_FIELDS: Final[dict[type[forms.Field], dict[str, Any]]] = {
    forms.ChoiceField: {"invalid_choice": gettext_lazy("That cannot be chosen here. Choose one of those shown.")},
    forms.FileField: {
        "invalid": gettext_lazy("No file has come. Choose it again."),
        "missing": gettext_lazy("No file has come. Choose it again."),
        "empty": gettext_lazy("The file is empty. Choose another one."),
        "max_length": gettext_lazy(
            "The name of the file has %(length)d characters and may have %(max)d. Give it a shorter one."
        ),
    },
}
_OF_VALIDATORS: Final[dict[type[Any], Promise]] = {
    validators.EmailValidator: gettext_lazy("This is not an e-mail address. Write one such as ana@example.com."),
    validators.MaxLengthValidator: gettext_lazy(
        "This is too long: it has %(show_value)d characters and may have %(limit_value)d."
    ),
    validators.MinValueValidator: gettext_lazy("Write a number that is not below %(limit_value)s."),
    validators.MaxValueValidator: gettext_lazy("Write a number that is not above %(limit_value)s."),
    validators.ProhibitNullCharactersValidator: gettext_lazy("There are null characters in it. Write it without them."),
}


def use_our_words() -> None:
    """For all forms of this process that are made from now on."""
    for field, told in _OF_FIELDS.items():
        field.default_error_messages.update(told)
    for validator, words in _OF_VALIDATORS.items():
        validator.message = words
