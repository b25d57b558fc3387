"""Trials, suspension, standing, deny lists, recipients, alerts, settings: the monthly model's tables and columns."""

import datetime
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.manager
import uuid
from django.db import migrations, models

# What earlier batches made of their partner's seats. Rows of this table are only ever added to, this once excepted.
SEATS_AFTER = """
ALTER TABLE seat_batch DISABLE TRIGGER seat_batch_only_ever_added;
UPDATE seat_batch SET seats_after = counted.seats
FROM (
    SELECT batch.id, sum(coalesce(logged.delta, 0)) OVER (PARTITION BY batch.partner_id ORDER BY batch.at) AS seats
    FROM seat_batch AS batch
    LEFT JOIN (SELECT batch_id, sum(delta) AS delta FROM seat_log WHERE billable GROUP BY batch_id) AS logged
        ON logged.batch_id = batch.id
) AS counted
WHERE counted.id = seat_batch.id;
ALTER TABLE seat_batch ENABLE TRIGGER seat_batch_only_ever_added;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pleamar", "0005_charges_are_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="BillingRecipient",
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
                ("email", models.TextField()),
                ("name", models.TextField(blank=True, db_default="", default="")),
                ("language", models.CharField(blank=True, db_default="", default="", max_length=5)),
                ("added_at", models.DateTimeField()),
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
                "db_table": "billing_recipient",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [models.UniqueConstraint(fields=("partner", "email"), name="billing_recipient_once")],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="DenyEntry",
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
                ("pattern", models.TextField()),
                ("like", models.TextField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("added_at", models.DateTimeField()),
                ("added_by", models.TextField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.account",
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
                "db_table": "deny_entry",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(
                        fields=["account"], condition=models.Q(("like__isnull", False)), name="deny_entry_patterns"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("account", "pattern"), name="deny_entry_once")],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PriceAnnouncement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("settled_at", models.DateTimeField()),
                ("told", models.BooleanField(default=False)),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.partner",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.priceversion",
                    ),
                ),
            ],
            options={
                "db_table": "price_announcement",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [models.UniqueConstraint(fields=("partner", "version"), name="price_announcement_once")],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "setting",
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="pleamar.partner",
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("good", "good"),
                            ("no_card", "no_card"),
                            ("past_due", "past_due"),
                            ("suspended", "suspended"),
                        ]
                    ),
                ),
                ("overdue_since", models.DateTimeField(blank=True, null=True)),
                ("warned_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("suspension_proposed_at", models.DateTimeField(blank=True, null=True)),
                ("suspended_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "standing",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["good", "no_card", "past_due", "suspended"])),
                        name="standing_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "suspended"), ("suspended_at__isnull", False)),
                            models.Q(models.Q(("state", "suspended"), _negated=True), ("suspended_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="standing_suspended_at",
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="UsageAlert",
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
                ("kind", models.TextField(choices=[("seats", "seats"), ("amount", "amount"), ("growth", "growth")])),
                ("threshold", models.BigIntegerField()),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("told_cycle", models.IntegerField(default=-1)),
                ("created_at", models.DateTimeField()),
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
                "db_table": "usage_alert",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "kind", "threshold", "currency"), name="usage_alert_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["seats", "amount", "growth"])), name="usage_alert_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("threshold__gte", 1)), name="usage_alert_threshold"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "amount"), models.Q(("currency", ""), _negated=True)),
                            models.Q(("currency", ""), models.Q(("kind", "amount"), _negated=True)),
                            _connector="OR",
                        ),
                        name="usage_alert_currency",
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="outboxmessage",
            name="outbox_message_once",
        ),
        migrations.AddField(
            model_name="account",
            name="activation_cause",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="activation_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="billing_stopped_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="billing_stopped_batch",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pleamar.seatbatch",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="suspended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="suspended_because",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="account",
            name="trial_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="trial_expired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="trial_member_limit",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="trial_set_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="held_for",
            field=models.DurationField(db_default=datetime.timedelta(0), default=datetime.timedelta(0)),
        ),
        migrations.AddField(
            model_name="member",
            name="stays_out",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=5),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="recipient",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="partner",
            name="manager_contact",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="partner",
            name="manager_name",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="seatbatch",
            name="seats_after",
            field=models.IntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunSQL(SEATS_AFTER, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(condition=models.Q(("state", "trial")), fields=["trial_ends_at"], name="account_trial"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("activation_due_at__isnull", False)),
                fields=["activation_due_at"],
                name="account_activation",
            ),
        ),
        migrations.AddIndex(
            model_name="seatlogentry",
            index=models.Index(
                condition=models.Q(("member__isnull", False)), fields=["member", "at"], name="seat_log_member_at"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("activation_cause__isnull", True), ("activation_due_at__isnull", True)),
                    models.Q(
                        ("activation_cause__isnull", False), ("activation_due_at__isnull", False), ("state", "trial")
                    ),
                    _connector="OR",
                ),
                name="account_activation_of_a_trial",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(fields=("channel", "key", "recipient"), name="outbox_message_once"),
        ),
    ]
