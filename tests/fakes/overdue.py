"""A partner that does not pay, and those who look at it."""

from __future__ import annotations

from datetime import datetime

from pleamar.actions.change_setting import change_setting
from pleamar.actions.review_standings import StandingReport, review_standings
from pleamar.models import AuditEvent, OutboxMessage, Standing
from pleamar.queries.arrears import policy_of
from pleamar.queries.settings import current_settings
from pleamar.rules.causes import Cause
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

STAFF = Cause("finance", "office", reason="three calls, no answer")
DUNNING = ("payment_overdue", "suspension_proposed", "access_suspended", "access_restored")


def owing(story: Storyteller, name: str = "Partner", card: str | None = None, currency: str = "USD") -> None:
    """24.00 USD (or as the currency's prices are) were invoiced on 1 February 2026, ten minutes after midnight."""
    story.on("2026-01-01 00:00").partner(name, currency=currency)
    if card is not None:
        story.card(card)
    story.account(f"Customer of {name}")
    story.joins(f"Customer of {name}", 10)
    story.on("2026-02-01 00:10").night()


def automatic(story: Storyteller) -> None:
    assert not policy_of(current_settings()).automatic
    change_setting("suspension", "automatic", cause=TESTER, now=story.clock())


def looked_at(story: Storyteller, *days: str) -> StandingReport:
    """On each of these moments; what the last look did."""
    report = StandingReport()
    for moment in days:
        report = review_standings(now=story.on(moment).clock())
    return report


def suspended(story: Storyteller) -> None:
    """Warned in time and suspended on day 30."""
    automatic(story)
    looked_at(story, "2026-02-01 00:10", "2026-02-08 00:10", "2026-02-22 00:10", "2026-03-03 00:10")
    assert set(Standing.unscoped.filter(overdue_since__isnull=False).values_list("state", flat=True)) == {"suspended"}


def mails() -> list[str]:
    """The topics of what was told of standing, in order."""
    return list(OutboxMessage.unscoped.filter(topic__in=DUNNING).order_by("pk").values_list("topic", flat=True))


def told() -> list[tuple[int, int]]:
    """The warnings: on which day, of which threshold."""
    rows = OutboxMessage.unscoped.filter(topic="payment_overdue").order_by("pk")
    return [(row.facts["days"], int(row.key.rsplit(":", 1)[1])) for row in rows]


def acts() -> list[tuple[str, str, str]]:
    """What stands in the audit trail of standing: act, actor, reason."""
    names = ("warn partner", "propose suspension", "suspend partner", "restore partner", "change standing")
    named = AuditEvent.unscoped.filter(act__in=(*names, "withdraw suspension proposal", "decline suspension"))
    return list(named.order_by("pk").values_list("act", "actor", "reason"))


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(f"{text}+00:00")
