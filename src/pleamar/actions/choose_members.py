"""Which members an act is for: those named, or all that a filter means."""

from __future__ import annotations

from collections.abc import Sequence

from pleamar.models import Member
from pleamar.queries.members import MemberFilter, member_emails
from pleamar.queries.scopes import Scope
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email


def choose_members(partner_id: int, account_id: int, emails: Sequence[str]) -> list[str]:
    """The addresses, checked, each once: all of them members in the account's lists.

    Refuses `email_invalid` and `member_unknown`, also for one that was deleted. Runs under the partner's lock.
    """
    wanted = list(dict.fromkeys(checked_email(email) for email in emails))
    listed = Member.unscoped.filter(partner_id=partner_id, account_id=account_id, hidden_at=None)
    known = set(listed.filter(email__in=wanted).values_list("email", flat=True))
    for email in wanted:
        if email not in known:
            raise Refused("member_unknown", email=email)
    return wanted


def choose_matching(partner_id: int, who: MemberFilter, *, confirmed: int) -> list[str]:
    """Everybody the filter means now, if that is as many as somebody saw and `confirmed`.

    Refuses `members_changed_meanwhile` (confirmed, found). Runs under the partner's lock.
    """
    found = member_emails(Scope(partner_id), who)
    if len(found) != confirmed:
        raise Refused("members_changed_meanwhile", confirmed=confirmed, found=len(found))
    return found
