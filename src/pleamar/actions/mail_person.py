"""Write a mail to one person about how they sign in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import AccountAdministrator, TeamMember, User
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.seats import checked_email


def mail_person(
    email: str,
    topic: str,
    facts: Mapping[str, str | int],
    *,
    language: str,
    now: datetime,
    jobs: Jobs = NOBODY,
) -> None:
    """A mail about `topic` to this address alone, each time; whoever signs in with it is named in it, as `user`.

    It is in the language that they chose, else in `language`: that of the page which they, or somebody else, asked on.
    Refuses `email_invalid`.
    """
    to = checked_email(email)
    user = User.objects.filter(email=to).first()
    told = {**facts, "user": user.public_id, "name": user.name} if user else dict(facts)
    chosen = user.language if user else ""
    partner_id = _partner_of(user.pk) if user else None
    write_messages([Telling(partner_id, topic, f"{topic}:{uuid4()}", told, to, chosen or language)], now=now, jobs=jobs)


def _partner_of(user_id: int) -> int | None:
    for model in (TeamMember, AccountAdministrator):
        found = model.unscoped.filter(user_id=user_id).values_list("partner_id", flat=True).first()
        if found is not None:
            return int(found)
    return None
