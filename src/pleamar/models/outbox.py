"""Messages to the outside: written with what they tell of, in its transaction; sent afterwards, by a job."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner

CHANNELS = ["mail", "webhook"]
INVITING = ["invitation", "administrator_invited"]


class OutboxMessage(TenantRow):
    """`topic` and `facts` are all that its words are made of when it is sent. `key` makes it once, ever, a recipient.

    `recipient` is the address it goes to, in `language`; where they are empty, the partner's own. `due_at` is when it
    is sent or tried again; none once it was sent or given up, which `problem` then explains.
    """

    public_prefix = "msg"

    partner = owner("pleamar.Partner", null=True, blank=True)
    channel = models.TextField(choices=[(channel, channel) for channel in CHANNELS])
    topic = models.TextField()
    key = models.TextField()
    recipient = models.TextField(blank=True, default="", db_default="")
    language = models.CharField(max_length=5, blank=True, default="", db_default="")
    facts = models.JSONField()
    written_at = moment()
    due_at = moment(null=True, blank=True)
    sent_at = moment(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    problem = models.TextField(blank=True, default="", db_default="")

    class Meta(TenantRow.Meta):
        db_table = "outbox_message"
        indexes = [
            models.Index(name="outbox_message_waiting", fields=["due_at"], condition=models.Q(sent_at=None)),
            models.Index(
                name="outbox_message_inviting",
                fields=["recipient", "written_at"],
                condition=models.Q(topic__in=INVITING),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="outbox_message_once", fields=["channel", "key", "recipient"]),
            models.CheckConstraint(name="outbox_message_channel", condition=models.Q(channel__in=CHANNELS)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.topic}"
