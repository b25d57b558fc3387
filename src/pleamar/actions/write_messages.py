"""Write messages to the outside, with what they tell of; they are sent afterwards, by a job."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from pleamar.models.bulk import array, quick_cursor, text_array
from pleamar.ports.jobs import NOBODY, Jobs


class Telling(NamedTuple):
    """What a partner is told: a `topic` of `wording/mail` and all that its words are made of.

    `key` (`charge_succeeded:42`) names what it tells of: a second one with it is not written, ever. Amounts are minor
    units beside their currency, moments ISO texts. `recipient` is an address that is not one of the partner's own, and
    `language` its reader's (empty: the partner's). Only what goes to such an address may be about no partner.
    """

    partner_id: int | None
    topic: str
    key: str
    facts: Mapping[str, str | int]
    recipient: str = ""
    language: str = ""


_WRITE: Final = """
INSERT INTO outbox_message (partner_id, channel, topic, key, recipient, language, facts, written_at, due_at)
SELECT telling.partner_id, 'mail', telling.topic, telling.key,
    coalesce(nullif(telling.recipient, ''), theirs.email, ''),
    coalesce(nullif(telling.language, ''), theirs.language, ''),
    telling.facts, %s, %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::text[])
    WITH ORDINALITY AS telling (partner_id, topic, key, facts, recipient, language, place)
LEFT JOIN billing_recipient AS theirs ON theirs.partner_id = telling.partner_id AND telling.recipient = ''
WHERE NOT EXISTS (SELECT FROM outbox_message WHERE channel = 'mail' AND outbox_message.key = telling.key)
ORDER BY telling.place, theirs.id
ON CONFLICT DO NOTHING
"""


def write_messages(tellings: Sequence[Telling], *, now: datetime, jobs: Jobs = NOBODY) -> None:
    """A mail to each of the partner's billing recipients; to its own address where it has none. In one statement.

    They stand in the outbox in the order in which they are told. Written inside the caller's transaction, so that
    nothing is told that did not happen.
    """
    if not tellings:
        return
    with quick_cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                *(now, now),
                array([one.partner_id for one in tellings]),
                text_array([one.topic for one in tellings]),
                text_array([one.key for one in tellings]),
                text_array([json.dumps(dict(one.facts)) for one in tellings]),
                text_array([one.recipient for one in tellings]),
                text_array([one.language for one in tellings]),
            ],
        )
    jobs.wake("send_messages")
