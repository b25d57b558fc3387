"""What the sandbox gateway remembers: the other side of a payment, played by ourselves. Empty where it is live."""

from __future__ import annotations

from django.db import models


class SandboxCard(models.Model):
    """A test card as the pretended provider keeps it; `behaviour` is what it does when it is charged.

    `declines` counts how often it was declined so far; `forgotten`: it is nobody's any more.
    """

    reference = models.TextField(primary_key=True)
    customer = models.TextField()
    behaviour = models.TextField()
    declines = models.PositiveIntegerField(default=0, db_default=0)
    forgotten = models.BooleanField(default=False, db_default=False)

    objects = models.Manager["SandboxCard"]()

    class Meta:
        db_table = "sandbox_card"

    def __str__(self) -> str:
        return self.reference


class SandboxIntent(models.Model):
    """A payment as the pretended provider keeps it, found by its id or by the idempotency key that made it."""

    id = models.TextField(primary_key=True)
    customer = models.TextField(db_index=True)
    content = models.JSONField()
    created_at = models.DateTimeField()

    objects = models.Manager["SandboxIntent"]()

    class Meta:
        db_table = "sandbox_intent"

    def __str__(self) -> str:
        return self.id


class SandboxRecord(models.Model):
    """Anything else that it keeps: customers, setups, disputes, refunds, events, answers to keys. `number` orders them.

    `parent` is what it belongs to: a payment's id for a refund, a customer's for a setup.
    """

    number = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    reference = models.TextField()
    parent = models.TextField(blank=True, default="", db_default="")
    content = models.JSONField()
    created_at = models.DateTimeField()

    objects = models.Manager["SandboxRecord"]()

    class Meta:
        db_table = "sandbox_record"
        indexes = [
            models.Index(name="sandbox_record_parent", fields=["kind", "parent"]),
            models.Index(name="sandbox_record_created", fields=["kind", "created_at"]),
        ]
        constraints = [models.UniqueConstraint(name="sandbox_record_once", fields=["kind", "reference"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class SandboxFault(models.Model):
    """What is to go wrong with the next `left` calls of a name (`create`, `confirm`, …), to see what happens then."""

    call = models.TextField(primary_key=True)
    kind = models.TextField()
    left = models.PositiveIntegerField()

    objects = models.Manager["SandboxFault"]()

    class Meta:
        db_table = "sandbox_fault"

    def __str__(self) -> str:
        return f"{self.call}: {self.kind}"
