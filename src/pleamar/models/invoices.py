"""Invoices, with gapless numbers per seller and series."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from pleamar.models.rows import TenantRow, TenantTable, loose, moment, owner

INVOICE_STATES = ["open", "paid", "void"]


class NumberSeries(models.Model):
    """The next number of one seller's series. Locked last, just before commit, so that no number is ever lost."""

    seller = owner("pleamar.Seller", db_index=False)
    series = models.TextField()
    next_number = models.BigIntegerField(default=1)
    newest_issue_date = models.DateField(null=True, blank=True)

    objects = models.Manager["NumberSeries"]()

    class Meta:
        db_table = "number_series"
        constraints = [models.UniqueConstraint(name="number_series_once", fields=["seller", "series"])]

    def __str__(self) -> str:
        return f"{self.series} {self.next_number}"


class Invoice(TenantRow):
    """What a partner owes for one cycle. Amounts are minor units of `currency`.

    `outstanding` = `total` − `paid` − `credited`. `held_at` says that staff hold it: not charged, not ageing (M27);
    `held_for` is how long it was held before.
    `first_declined_at` is when its card was declined first: from then on the days of further attempts are counted.
    `buyer` and `seller_details` are the parties as they were when it was issued.
    """

    public_prefix = "inv"

    partner = owner("pleamar.Partner", related_name="invoices", db_index=False)
    seller = loose("pleamar.Seller", db_index=False)
    statement = models.OneToOneField(
        "pleamar.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="invoice"
    )
    series = models.TextField()
    sequence = models.BigIntegerField()
    number = models.TextField()
    issued_at = moment()
    issue_date = models.DateField()
    tax_point = models.DateField()
    timezone = models.TextField()
    cycle_start = moment(null=True, blank=True)
    cycle_end = moment(null=True, blank=True)
    state = models.TextField(choices=[(state, state) for state in INVOICE_STATES])
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    tax_set_up = models.BooleanField()
    tax = models.BigIntegerField()
    total = models.BigIntegerField()
    paid = models.BigIntegerField(default=0, db_default=0)
    credited = models.BigIntegerField(default=0, db_default=0)
    held_at = moment(null=True, blank=True)
    held_because = models.TextField(blank=True, default="", db_default="")
    held_for = models.DurationField(default=timedelta(0), db_default=timedelta(0))
    first_declined_at = moment(null=True, blank=True)
    next_attempt_at = moment(null=True, blank=True)
    buyer = models.JSONField()
    seller_details = models.JSONField()

    class Meta(TenantRow.Meta):
        db_table = "invoice"
        indexes = [
            models.Index(name="invoice_partner", fields=["partner", "sequence"]),
            models.Index(name="invoice_number", fields=["number"]),
            models.Index(name="invoice_open", fields=["partner"], condition=models.Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(name="invoice_number_once", fields=["seller", "series", "sequence"]),
            models.CheckConstraint(name="invoice_state", condition=models.Q(state__in=INVOICE_STATES)),
            models.CheckConstraint(name="invoice_adds_up", condition=models.Q(total=models.F("net") + models.F("tax"))),
            models.CheckConstraint(
                name="invoice_never_overpaid",
                condition=models.Q(total__gte=models.F("paid") + models.F("credited"), paid__gte=0, credited__gte=0),
            ),
            models.CheckConstraint(
                name="invoice_open_while_owed",
                condition=models.Q(state="void")
                | models.Q(state="open", total__gt=models.F("paid") + models.F("credited"))
                | models.Q(state="paid", total=models.F("paid") + models.F("credited")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def outstanding(self) -> int:
        """What is still owed, in minor units; nothing of a void invoice is."""
        return 0 if self.state == "void" else self.total - self.paid - self.credited


class InvoiceLine(TenantTable):
    """One line: `rules.prices.PricedLine`, kept. Its words are made when it is shown, in the reader's language."""

    partner = loose("pleamar.Partner", db_index=False)
    invoice = loose("pleamar.Invoice", related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.TextField(choices=[("usage", "usage"), ("cap", "cap")])
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    tier_minimum = models.PositiveIntegerField()
    tier_maximum = models.PositiveIntegerField(null=True, blank=True)
    amount = models.BigIntegerField()

    class Meta(TenantTable.Meta):
        db_table = "invoice_line"
        ordering = ["invoice", "position"]
        constraints = [models.UniqueConstraint(name="invoice_line_once", fields=["invoice", "position"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class InvoiceDocument(TenantRow):
    """The invoice as a PDF: rendered once after it was issued, kept with its SHA-256, never rendered again."""

    public_prefix = "doc"

    partner = loose("pleamar.Partner", db_index=False)
    invoice = models.OneToOneField("pleamar.Invoice", on_delete=models.PROTECT, related_name="document")
    language = models.CharField(max_length=5)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "invoice_document"

    def __str__(self) -> str:
        return self.sha256
