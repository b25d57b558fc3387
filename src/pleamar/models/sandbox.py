"""What the sandbox gateway remembers: the other side of a payment, played by ourselves. Empty where it is live."""

from __future__ import annotations

from django.db import models


class SandboxCard(models.Model):
    """A test card as the pretended provider keeps it; `behaviour` is what it does when it is charged."""

    reference = models.TextField(primary_key=True)
    customer = models.TextField()
    behaviour = models.TextField()

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
