"""An activation that is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pleamar.rules.names import LONGEST_NAME
from pleamar.rules.trials import ActivationPreview, When

_SALT = "pleamar.activation"
_LONGEST_REASON = 500
_LONGEST_SHOWN = 4_000


class ActivationForm(forms.Form):
    """When, and what is to be typed to confirm it. `shown` is what somebody was shown, as `sealed` wrote it."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[("now", gettext_lazy("Now")), ("next_cycle", gettext_lazy("At the start of the next cycle"))],
        error_messages={"required": gettext_lazy("Choose when they go live.")},
    )
    typed = forms.CharField(
        label=gettext_lazy("To confirm, type what stands under your choice"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        help_text=gettext_lazy("It is kept with the change."),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shown = forms.CharField(required=False, max_length=_LONGEST_SHOWN, widget=forms.HiddenInput)


def sealed(previews: Mapping[When, ActivationPreview]) -> str:
    """The figures of the previews, to go out with the form and come back with it as they were."""
    return signing.dumps({when: _figures(preview) for when, preview in previews.items()}, salt=_SALT, compress=True)


def unsealed(text: str) -> dict[str, dict[str, Any]]:
    """What `sealed` wrote; nothing for what it did not write."""
    try:
        told: dict[str, dict[str, Any]] = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return {}
    return told


def changes(before: dict[str, Any], preview: ActivationPreview) -> list[tuple[Promise, str, Any]]:
    """What stands otherwise in the preview than somebody was shown: what it is, what kind of figure, the one shown."""
    now = _figures(preview)
    kinds: list[tuple[str, Promise]] = [
        ("users", gettext_lazy("Users that it adds")),
        ("before", gettext_lazy("Peak without it")),
        ("after", gettext_lazy("Peak with it")),
        ("amount", gettext_lazy("Amount with it")),
        ("cycle", gettext_lazy("Start of the cycle")),
    ]
    return [(words, name, before[name]) for name, words in kinds if name in before and before[name] != now[name]]


def _figures(preview: ActivationPreview) -> dict[str, Any]:
    return {
        "name": preview.name,
        "users": preview.seats_added,
        "before": preview.before.peak,
        "after": preview.after.peak,
        "amount": [preview.after.amount.minor, preview.after.amount.currency],
        "cycle": preview.cycle.starts_at.isoformat(),
    }
