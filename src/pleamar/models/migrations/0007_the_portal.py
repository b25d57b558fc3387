"""Teams, administrators and invitations, resale terms, quote requests, files that are brought; and the cache."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.manager
import uuid
from django.conf import settings
from django.db import migrations, models


# What several web servers count together, in the shape that Django's database cache wants.
CACHE = """
CREATE TABLE cache_entry (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamp with time zone NOT NULL
);
CREATE INDEX cache_entry_expires ON cache_entry (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pleamar", "0006_the_monthly_model"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=5),
        ),
        migrations.CreateModel(
            name="AccountAdministrator",
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
                ("joined_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pleamar.account"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pleamar.partner"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="administrator",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "account_administrator",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="QuoteRequest",
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
                ("customer", models.TextField()),
                ("members", models.PositiveIntegerField()),
                ("message", models.TextField(blank=True, db_default="", default="")),
                ("asked_by", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pleamar.partner"
                    ),
                ),
            ],
            options={
                "db_table": "quote_request",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="FileImport",
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
                (
                    "kind",
                    models.TextField(
                        choices=[("members", "members"), ("accounts", "accounts"), ("deny_list", "deny_list")]
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[("read", "read"), ("waiting", "waiting"), ("done", "done"), ("failed", "failed")],
                        default="read",
                    ),
                ),
                ("name", models.TextField()),
                ("content", models.BinaryField()),
                ("rows", models.PositiveIntegerField(default=0)),
                ("options", models.JSONField(default=dict)),
                ("outcome", models.JSONField(default=dict)),
                ("brought_by", models.TextField()),
                ("brought_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.account",
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
                "db_table": "file_import",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["members", "accounts", "deny_list"])),
                        name="file_import_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["read", "waiting", "done", "failed"])),
                        name="file_import_state",
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
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
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("owner", "owner"),
                            ("technician", "technician"),
                            ("viewer", "viewer"),
                            ("administrator", "administrator"),
                        ]
                    ),
                ),
                ("sees_prices", models.BooleanField(default=False)),
                ("invited_by", models.TextField()),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "inviter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pleamar.account",
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
                "db_table": "invitation",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                        fields=("email",),
                        name="invitation_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "technician", "viewer", "administrator"])),
                        name="invitation_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", False), ("role", "administrator")),
                            models.Q(models.Q(("role", "administrator"), _negated=True), ("account__isnull", True)),
                            _connector="OR",
                        ),
                        name="invitation_of_an_account",
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ResaleTerms",
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
                ("reference", models.TextField(blank=True, db_default="", default="")),
                ("product_code", models.TextField(blank=True, db_default="", default="")),
                ("unit_price", models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, db_default="", default="", max_length=3)),
                ("changed_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resale_terms", to="pleamar.account"
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
                "db_table": "resale_terms",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit_price__isnull", True), ("currency", "")),
                            models.Q(("unit_price__gte", 0), models.Q(("currency", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="resale_terms_price_has_a_currency",
                    )
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="TeamMember",
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
                (
                    "role",
                    models.TextField(choices=[("owner", "owner"), ("technician", "technician"), ("viewer", "viewer")]),
                ),
                ("sees_prices", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pleamar.partner"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="team_member",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "team_member",
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("owner", "technician", "viewer"))), name="team_member_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "owner"), _negated=True), ("sees_prices", True), _connector="OR"
                        ),
                        name="team_member_owner_sees_prices",
                    ),
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(CACHE, "DROP TABLE cache_entry"),
        migrations.AddIndex(
            model_name="seatlogentry",
            index=models.Index(
                condition=models.Q(("member__isnull", True)), fields=["account", "at"], name="seat_log_account_state"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("topic__in", ["invitation", "administrator_invited"])),
                fields=["recipient", "written_at"],
                name="outbox_message_inviting",
            ),
        ),
    ]
