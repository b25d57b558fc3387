"""What a vendor may set, in one place: each setting's shipped value and its bounds."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, TypeAlias

from pleamar.rules.languages import LANGUAGES
from pleamar.rules.refusals import Refused
from pleamar.rules.roles import ADMINISTRATOR, ROLES
from pleamar.rules.seats import checked_email

Suspension: TypeAlias = Literal["staff", "automatic"]
SettingValue: TypeAlias = int | str | tuple[int, ...] | tuple[str, ...]

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
# How the two kinds of pictures that every mail program shows begin.
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
LARGEST_PICTURE: Final = 100_000
_LONGEST_TEXT: Final = 100
_MOST_NAMES: Final = 30
_NOT_IN_NAMES: Final = frozenset('[]{}"')


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, as it is shipped unless said otherwise. Days are of 24 hours.

    Trials: `trial_days`, `trial_member_limit`, told of `trial_notice_days` before their end (rule M20). Payment:
    `warning_days` after an invoice was due, and `suspension_days` after which access may be suspended, by `staff` or
    `automatic` (rule M14). Notices: so many days before a cycle ends, a card expires, prices rise. Growth of at least
    `growth_percent` and `growth_seats` over the last cycle's peak is unusual. `features` are all of those that a
    monthly seat includes (rule M10). The brand stands on mails: `brand_logo` is a PNG or JPEG in base64,
    `brand_sender` the address they come from; empty ones fall back to the seller's. What goes to the vendor's own staff
    is in `staff_language`. Whoever signs in with one of `second_factor_roles` must have a second factor.
    """

    trial_days: int = 14
    trial_member_limit: int = 50
    trial_notice_days: tuple[int, ...] = (7, 1)
    warning_days: tuple[int, ...] = (0, 7, 21)
    suspension_days: int = 30
    suspension: Suspension = "staff"
    closing_notice_days: int = 3
    no_card_notice_days: int = 3
    card_expiry_notice_days: int = 30
    price_notice_days: int = 30
    growth_percent: int = 50
    growth_seats: int = 20
    features: tuple[str, ...] = ("Training", "Phishing", "Breaches", "Policies")
    brand_name: str = ""
    brand_logo: str = ""
    brand_accent: str = "#0f766e"
    brand_sender: str = ""
    staff_language: str = "en"
    second_factor_roles: tuple[str, ...] = ("owner",)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, both bounds included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """Up to `longest` different whole numbers inside the bounds, kept in order (`falling`: the highest first)."""

    least: int
    most: int
    longest: int
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Any of these words, or none; kept in this order."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of one line: `several` different ones, without brackets or quotes, or one that may be empty."""

    several: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Something written in a form of its own."""

    name: Literal["colour", "picture", "address"]


Kind: TypeAlias = Number | Numbers | Choice | Choices | Words | Form

KINDS: Final[Mapping[str, Kind]] = {
    "trial_days": Number(1, 365),
    "trial_member_limit": Number(1, 1_000_000),
    "trial_notice_days": Numbers(1, 60, 5, falling=True),
    "warning_days": Numbers(0, 364, 10),
    "suspension_days": Number(1, 365),
    "suspension": Choice(("staff", "automatic")),
    "closing_notice_days": Number(1, 27),
    "no_card_notice_days": Number(1, 27),
    "card_expiry_notice_days": Number(1, 90),
    "price_notice_days": Number(0, 365),
    "growth_percent": Number(1, 10_000),
    "growth_seats": Number(1, 1_000_000),
    "features": Words(several=True),
    "brand_name": Words(),
    "brand_logo": Form("picture"),
    "brand_accent": Form("colour"),
    "brand_sender": Form("address"),
    "staff_language": Choice(LANGUAGES),
    "second_factor_roles": Choices((*ROLES, ADMINISTRATOR)),
}


def with_setting(settings: Settings, name: str, value: object) -> Settings:
    """The settings with one changed. `value` is as in `Settings`, or what a JSON text makes of it.

    Refuses `setting_unknown`; with the bounds as facts `setting_not_a_number`, `setting_not_numbers`,
    `setting_not_a_choice`, `setting_not_choices`, `setting_not_words`, `setting_not_names`, `setting_not_a_text`,
    `setting_not_a_colour`, `setting_not_a_picture`, `email_invalid`; and `setting_warnings_late` where no warning would
    come before the suspension (rule M14).
    """
    if name not in KINDS:
        raise Refused("setting_unknown", name=name[:_LONGEST_TEXT])
    changed: dict[str, Any] = {name: _checked(name, KINDS[name], value)}
    after = replace(settings, **changed)
    if not after.warning_days or max(after.warning_days) >= after.suspension_days:
        raise Refused("setting_warnings_late", days=after.suspension_days)
    return after


def settings_of(kept: Mapping[str, object]) -> Settings:
    """The settings with those that are `kept`, by name, which `with_setting` once took; others are as shipped."""
    changed: dict[str, Any] = {name: _checked(name, kind, kept[name]) for name, kind in KINDS.items() if name in kept}
    return replace(Settings(), **changed)


def told(settings: Settings) -> dict[str, SettingValue]:
    """Every setting by name, in the order in which they are shown."""
    return {field.name: getattr(settings, field.name) for field in fields(settings)}


def _checked(name: str, kind: Kind, value: object) -> SettingValue:
    if isinstance(kind, Number):
        if not _is_within(kind, value):
            raise Refused("setting_not_a_number", name=name, least=kind.least, most=kind.most)
        return value  # type: ignore[return-value]
    if isinstance(kind, Numbers):
        return _numbers(name, kind, value)
    if isinstance(kind, Words) and kind.several:
        return _several(name, value)
    if isinstance(kind, Choices):
        return _chosen(name, kind, value)
    if not isinstance(value, str):
        raise Refused("setting_not_a_text", name=name, longest=_LONGEST_TEXT)
    return _text(name, kind, value)


def _text(name: str, kind: Choice | Words | Form, value: str) -> str:
    if isinstance(kind, Choice):
        if value not in kind.words:
            raise Refused("setting_not_a_choice", name=name, words=", ".join(kind.words))
        return value
    if isinstance(kind, Words):
        if not _is_line(value) and value:
            raise Refused("setting_not_a_text", name=name, longest=_LONGEST_TEXT)
        return value
    if kind.name == "address":
        return checked_email(value) if value else ""
    if kind.name == "colour":
        if not _COLOUR.fullmatch(value.casefold()):
            raise Refused("setting_not_a_colour", name=name)
        return value.casefold()
    if value and not _is_picture(value):
        raise Refused("setting_not_a_picture", name=name, most=LARGEST_PICTURE)
    return value


def _numbers(name: str, kind: Numbers, value: object) -> tuple[int, ...]:
    listed = list(value) if isinstance(value, tuple | list) else []
    if not 1 <= len(listed) <= kind.longest or not all(_is_within(kind, one) for one in listed):
        raise Refused("setting_not_numbers", name=name, least=kind.least, most=kind.most, longest=kind.longest)
    return tuple(sorted(set(listed), reverse=kind.falling))


def _several(name: str, value: object) -> tuple[str, ...]:
    listed = list(value) if isinstance(value, tuple | list) else []
    if not 1 <= len(listed) <= _MOST_NAMES or not all(isinstance(one, str) and _is_line(one) for one in listed):
        raise Refused("setting_not_words", name=name, longest=_LONGEST_TEXT, most=_MOST_NAMES)
    if any(_NOT_IN_NAMES & set(one) for one in listed):  # somebody typed a list as programs write it
        raise Refused("setting_not_names", name=name)
    return tuple(dict.fromkeys(listed))


def _chosen(name: str, kind: Choices, value: object) -> tuple[str, ...]:
    listed = list(value) if isinstance(value, tuple | list) else [value]
    if not all(isinstance(one, str) and one in kind.words for one in listed):
        raise Refused("setting_not_choices", name=name, words=", ".join(kind.words))
    return tuple(word for word in kind.words if word in listed)


def _is_within(kind: Number | Numbers, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and kind.least <= value <= kind.most


def _is_line(text: str) -> bool:
    return bool(text) and text == text.strip() and len(text) <= _LONGEST_TEXT and text.isprintable()


def _is_picture(text: str) -> bool:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return content.startswith(_PICTURES) and len(content) <= LARGEST_PICTURE
