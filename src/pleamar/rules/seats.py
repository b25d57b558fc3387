"""What a seat is, and which changes an account's member limit lets through (rules M2, M15, M21)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, TypeAlias

from pleamar.rules.refusals import Refused

BillingModel: TypeAlias = Literal["monthly", "annual"]
AccountState: TypeAlias = Literal["trial", "live", "closed"]
ACCOUNT_STATES: Final[tuple[AccountState, ...]] = ("trial", "live", "closed")

# Mail allows 254 characters in an address (RFC 5321, 4.5.3.1.3 less the angle brackets).
_LONGEST_ADDRESS = 254


def is_billable(model: BillingModel, state: AccountState, *, internal: bool) -> bool:
    """Whether active members of such an account are seats: monthly, live, and not the partner's own staff (M2, M26)."""
    return model == "monthly" and state == "live" and not internal


def checked_email(text: str) -> str:
    """The address trimmed and case-folded, the form in which a member is known. Refuses `email_invalid`.

    Deliberately plain: something, one @, a domain; no spaces or control characters. Whether mail arrives is not the
    question here, only whether two spellings are the same person.
    """
    email = text.strip().casefold()
    name, at, domain = email.rpartition("@")
    if not (name and at and domain) or "@" in name or len(email) > _LONGEST_ADDRESS or not _is_clean(email):
        raise Refused("email_invalid", email=text.strip()[:_LONGEST_ADDRESS])
    return email


def _is_clean(email: str) -> bool:
    return email.isprintable() and not any(character.isspace() or character in ",;<>" for character in email)


def member_limit(state: AccountState, limit: int | None, trial_limit: int | None) -> int | None:
    """How many members may be active at once; None: no limit. A trial has one more, gone at activation (M20, M21)."""
    limits = [limit, trial_limit] if state == "trial" else [limit]
    return min((one for one in limits if one is not None), default=None)


def fitting(
    additions: Collection[str], *, active_after_removals: int, limit: int | None
) -> tuple[list[str], list[str]]:
    """Which of the e-mails to activate fit under the limit, in e-mail order, and which are refused (rule M21).

    `active_after_removals` is the account's active count once the removals of the same batch are made.
    """
    ordered = sorted(additions)
    room = len(ordered) if limit is None else max(0, limit - active_after_removals)
    return ordered[:room], ordered[room:]
