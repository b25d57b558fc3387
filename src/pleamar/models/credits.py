"""What takes away from what a partner owes without money coming in: credit notes, and the partner's credit."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, TenantTable, loose, moment, owner

CREDIT_SOURCES = ["credit_note", "partner_credit"]


class CreditNote(TenantRow):
    """Takes `total` of an invoice back, for a reason (rule M16). Amounts are minor units of the invoice's currency.

    `applied` went against what the invoice still owed; the rest became the partner's credit.
    """

    public_prefix = "crn"

    partner = owner("pleamar.Partner", related_name="credit_notes")
    seller = loose("pleamar.Seller", db_index=False)
    invoice = owner("pleamar.Invoice", related_name="credit_notes")
    series = models.TextField()
    sequence = models.BigIntegerField()
    number = models.TextField()
    issued_at = moment()
    issue_date = models.DateField()
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    tax = models.BigIntegerField()
    total = models.BigIntegerField()
    applied = models.BigIntegerField()
    reason = models.TextField()

    class Meta(TenantRow.Meta):
        db_table = "credit_note"
        constraints = [
            models.UniqueConstraint(name="credit_note_number_once", fields=["seller", "series", "sequence"]),
            models.CheckConstraint(
                name="credit_note_adds_up",
                condition=models.Q(total=models.F("net") + models.F("tax"), total__gt=0, net__gte=0, tax__gte=0),
            ),
            models.CheckConstraint(
                name="credit_note_applied", condition=models.Q(applied__gte=0, applied__lte=models.F("total"))
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceCredit(TenantTable):
    """`amount` of an invoice that was settled without money: by a credit note, or by the partner's credit."""

    partner = loose("pleamar.Partner", db_index=False)
    invoice = owner("pleamar.Invoice", related_name="credits")
    source = models.TextField(choices=[(source, source) for source in CREDIT_SOURCES])
    credit_note = models.ForeignKey(
        "pleamar.CreditNote", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount = models.BigIntegerField()
    applied_at = moment()

    class Meta(TenantTable.Meta):
        db_table = "invoice_credit"
        constraints = [
            models.CheckConstraint(
                name="invoice_credit_source",
                condition=models.Q(source="credit_note", credit_note__isnull=False)
                | models.Q(source="partner_credit", credit_note__isnull=True),
            ),
            models.CheckConstraint(name="invoice_credit_positive", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"


class PartnerCredit(TenantTable):
    """What a partner has in its favour in a currency: the balance of its ledger account, kept at hand."""

    partner = owner("pleamar.Partner", db_index=False)
    currency = models.CharField(max_length=3)
    balance = models.BigIntegerField()

    class Meta(TenantTable.Meta):
        db_table = "partner_credit"
        constraints = [
            models.UniqueConstraint(name="partner_credit_once", fields=["partner", "currency"]),
            models.CheckConstraint(name="partner_credit_never_negative", condition=models.Q(balance__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.balance} {self.currency}"
