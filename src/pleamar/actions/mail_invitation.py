"""Write the mail that brings somebody their invitation."""

from __future__ import annotations

from datetime import datetime

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Invitation
from pleamar.ports.jobs import NOBODY, Jobs


def mail_invitation(invitation: Invitation, *, site: str, now: datetime, jobs: Jobs = NOBODY) -> None:
    """To the invited address, in the partner's language. The link is made when it is sent, and kept nowhere.

    `site` is where whoever invites reached us, for where the vendor has said no address.
    """
    account = invitation.account
    facts: dict[str, str | int] = {
        "invitation": invitation.public_id,
        "by": invitation.invited_by,
        "role": invitation.role,
        "account": account.name if account else "",
        "expires_at": invitation.expires_at.isoformat(),
        "site": site,
    }
    topic = "administrator_invited" if account else "invitation"
    key = f"{topic}:{invitation.uid}:{facts['expires_at']}"
    telling = Telling(invitation.partner_id, topic, key, facts, recipient=invitation.email)
    write_messages([telling], now=now, jobs=jobs)
