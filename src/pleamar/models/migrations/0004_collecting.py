"""Collecting: leases and requests of charges, credit, disputes, events of the provider, the outbox."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.manager
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pleamar", "0003_room_for_updates"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="chargeallocation",
            name="charge_allocation_positive",
        ),
        migrations.RemoveIndex(
            model_name="charge",
            name="charge_unsettled",
        ),
        migrations.AddField(
            model_name="card",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="action_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="decline_class",
            field=models.TextField(
                blank=True,
                choices=[("", ""), ("soft", "soft"), ("hard", "hard"), ("withdrawn", "withdrawn")],
                db_default="",
                default="",
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="lease",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="charge",
            name="leased_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="charge",
            name="problem",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="charge",
            name="request",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="chargeallocation",
            name="applied",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="chargeallocation",
            name="owed",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="chargeallocation",
            name="reversed",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="installation",
            name="collection_paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="installation",
            name="collection_paused_because",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="charge",
            name="stuck_because",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="installation",
            name="unsure_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="installation",
            name="fingerprint",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="installation",
            name="place",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="invoice",
            name="first_declined_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sandboxcard",
            name="declines",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="sandboxcard",
            name="forgotten",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(
            sql="UPDATE charge SET due_at = planned_at WHERE state NOT IN ('succeeded', 'canceled');UPDATE charge SET decline_class = 'soft' WHERE decline_code <> '';UPDATE charge_allocation SET owed = amount, applied = CASE WHEN live AND EXISTS (SELECT FROM charge WHERE charge.id = charge_id AND charge.state = 'succeeded') THEN amount ELSE 0 END;",
            reverse_sql="",
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("state__in", ["succeeded", "canceled"]), _negated=True),
                fields=["due_at"],
                name="charge_unsettled",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(("decline_class__in", ["", "soft", "hard", "withdrawn"])), name="charge_decline"
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at", None), ("state__in", ["succeeded", "canceled"])),
                    models.Q(
                        models.Q(("state__in", ["succeeded", "canceled"]), _negated=True), ("due_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="charge_due_until_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("owed__gte", models.F("amount"))),
                name="charge_allocation_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargeallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied__lte", models.F("amount")), ("reversed__gte", 0), ("reversed__lte", models.F("applied"))
                ),
                name="charge_allocation_applied",
            ),
        ),
        migrations.CreateModel(
            name="EventCursor",
            fields=[
                ("provider", models.TextField(primary_key=True, serialize=False)),
                ("read_until", models.DateTimeField()),
            ],
            options={
                "db_table": "event_cursor",
            },
        ),
        migrations.CreateModel(
            name="SandboxFault",
            fields=[
                ("call", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("left", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "sandbox_fault",
            },
        ),
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                ("series", models.TextField()),
                ("sequence", models.BigIntegerField()),
                ("number", models.TextField()),
                ("issued_at", models.DateTimeField()),
                ("issue_date", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("net", models.BigIntegerField()),
                ("tax_rate", models.DecimalField(decimal_places=2, max_digits=5)),
                ("tax", models.BigIntegerField()),
                ("total", models.BigIntegerField()),
                ("applied", models.BigIntegerField()),
                ("reason", models.TextField()),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credit_notes", to="pleamar.invoice"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credit_notes", to="pleamar.partner"
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pleamar.seller",
                    ),
                ),
            ],
            options={
                "db_table": "credit_note",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "series", "sequence"), name="credit_note_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("net__gte", 0),
                            ("tax__gte", 0),
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("tax")),
                            ),
                            ("total__gt", 0),
                        ),
                        name="credit_note_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("applied__gte", 0), ("applied__lte", models.F("total"))),
                        name="credit_note_applied",
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                ("provider", models.TextField()),
                ("provider_reference", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("state", models.TextField(choices=[("open", "open"), ("won", "won"), ("lost", "lost")])),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="pleamar.charge"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pleamar.partner"
                    ),
                ),
            ],
            options={
                "db_table": "dispute",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "provider_reference"), name="dispute_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "won", "lost"])), name="dispute_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="dispute_positive"),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="GatewayCustomer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.TextField()),
                ("reference", models.TextField(blank=True, null=True)),
                ("attempt", models.PositiveSmallIntegerField(db_default=1, default=1)),
                ("request", models.JSONField(default=dict)),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.partner",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_customer",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "provider"), name="gateway_customer_once"),
                    models.UniqueConstraint(fields=("provider", "reference"), name="gateway_customer_of_one"),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceCredit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.TextField(choices=[("credit_note", "credit_note"), ("partner_credit", "partner_credit")]),
                ),
                ("amount", models.BigIntegerField()),
                ("applied_at", models.DateTimeField()),
                (
                    "credit_note",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.creditnote",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credits", to="pleamar.invoice"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pleamar.partner",
                    ),
                ),
            ],
            options={
                "db_table": "invoice_credit",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit_note__isnull", False), ("source", "credit_note")),
                            models.Q(("credit_note__isnull", True), ("source", "partner_credit")),
                            _connector="OR",
                        ),
                        name="invoice_credit_source",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="invoice_credit_positive"),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                ("channel", models.TextField(choices=[("mail", "mail"), ("webhook", "webhook")])),
                ("topic", models.TextField()),
                ("key", models.TextField()),
                ("facts", models.JSONField()),
                ("written_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("problem", models.TextField(blank=True, db_default="", default="")),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.partner",
                    ),
                ),
            ],
            options={
                "db_table": "outbox_message",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)), fields=["due_at"], name="outbox_message_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "key"), name="outbox_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["mail", "webhook"])), name="outbox_message_channel"
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="OutsideRefund",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                ("provider", models.TextField()),
                ("provider_reference", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("noted_at", models.DateTimeField()),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="pleamar.charge"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pleamar.partner"
                    ),
                ),
            ],
            options={
                "db_table": "outside_refund",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "provider_reference"), name="outside_refund_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="outside_refund_positive"),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PartnerCredit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("balance", models.BigIntegerField()),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.partner",
                    ),
                ),
            ],
            options={
                "db_table": "partner_credit",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "currency"), name="partner_credit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0)), name="partner_credit_never_negative"
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ReceivedEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.TextField()),
                ("provider_reference", models.TextField()),
                ("kind", models.TextField()),
                (
                    "subject",
                    models.TextField(
                        choices=[
                            ("intent", "intent"),
                            ("setup", "setup"),
                            ("card", "card"),
                            ("dispute", "dispute"),
                            ("refund", "refund"),
                            ("other", "other"),
                        ]
                    ),
                ),
                ("reference", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "received_event",
                "indexes": [
                    models.Index(
                        condition=models.Q(("processed_at", None)), fields=["due_at"], name="received_event_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "provider_reference"), name="received_event_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("processed_at", None)),
                            models.Q(("due_at", None), ("processed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="received_event_due_until_done",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SandboxRecord",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("reference", models.TextField()),
                ("parent", models.TextField(blank=True, db_default="", default="")),
                ("content", models.JSONField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "sandbox_record",
                "indexes": [
                    models.Index(fields=["kind", "parent"], name="sandbox_record_parent"),
                    models.Index(fields=["kind", "created_at"], name="sandbox_record_created"),
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "reference"), name="sandbox_record_once")],
            },
        ),
        migrations.CreateModel(
            name="CardSetup",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                ("provider", models.TextField()),
                ("provider_reference", models.TextField(blank=True, null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "open"), ("complete", "complete"), ("expired", "expired")], default="open"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pleamar.partner"
                    ),
                ),
            ],
            options={
                "db_table": "card_setup",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "provider_reference"), name="card_setup_once")
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
    ]
