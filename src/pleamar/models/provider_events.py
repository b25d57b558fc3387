"""What the payment provider told by itself: kept once each, and then worked on from here."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import moment

EVENT_SUBJECTS = ["intent", "setup", "card", "dispute", "refund", "other"]


class ReceivedEvent(models.Model):
    """An event, however often it was sent. What it is about is retrieved when it is worked on; it belongs to no partner
    before that. `outcome` says what became of it: `done`, or why it was left alone.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.TextField()
    provider_reference = models.TextField()
    kind = models.TextField()
    subject = models.TextField(choices=[(subject, subject) for subject in EVENT_SUBJECTS])
    reference = models.TextField()
    created_at = moment()
    received_at = moment()
    due_at = moment(null=True, blank=True)
    processed_at = moment(null=True, blank=True)
    outcome = models.TextField(blank=True, default="", db_default="")

    objects = models.Manager["ReceivedEvent"]()

    class Meta:
        db_table = "received_event"
        indexes = [
            models.Index(name="received_event_waiting", fields=["due_at"], condition=models.Q(processed_at=None))
        ]
        constraints = [
            models.UniqueConstraint(name="received_event_once", fields=["provider", "provider_reference"]),
            models.CheckConstraint(
                name="received_event_due_until_done",
                condition=models.Q(processed_at=None, due_at__isnull=False)
                | models.Q(processed_at__isnull=False, due_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class EventCursor(models.Model):
    """Up to when the provider's list of events was read."""

    provider = models.TextField(primary_key=True)
    read_until = moment()

    objects = models.Manager["EventCursor"]()

    class Meta:
        db_table = "event_cursor"

    def __str__(self) -> str:
        return f"{self.provider} {self.read_until}"
