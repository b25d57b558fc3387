"""Records that are only ever added to, cycles and an installation that stay what they are: the database itself refuses."""

from django.db import migrations

# Written out here, for a migration never changes.
ONLY_EVER_ADDED = [
    "seat_log",
    "seat_batch",
    "cycle_share",
    "statement",
    "invoice_line",
    "invoice_document",
    "ledger_entry",
    "ledger_posting",
    "audit_event",
    "price_version",
    "price_tier",
    "history_import",
]

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_installation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.mode IS DISTINCT FROM OLD.mode OR NEW.uid IS DISTINCT FROM OLD.uid THEN
        RAISE EXCEPTION 'an installation''s mode and identity are written once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed cycle := OLD;
BEGIN
    closed.closed_at := NEW.closed_at;
    IF NEW IS DISTINCT FROM closed THEN
        RAISE EXCEPTION 'a cycle is written once, its closed_at excepted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
        RAISE EXCEPTION 'a cycle''s closed_at is written once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER cycle_is_kept BEFORE UPDATE ON cycle FOR EACH ROW EXECUTE FUNCTION keep_cycle();

CREATE TRIGGER cycle_is_never_removed BEFORE DELETE OR TRUNCATE ON cycle
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER installation_is_kept BEFORE UPDATE OR DELETE ON installation
    FOR EACH ROW EXECUTE FUNCTION keep_installation();
"""


class Migration(migrations.Migration):
    dependencies = [("pleamar", "0001_tables")]

    operations = [
        migrations.RunSQL(
            REFUSE,
            "DROP TRIGGER installation_is_kept ON installation; DROP TRIGGER cycle_is_kept ON cycle;"
            "DROP FUNCTION keep_installation(); DROP FUNCTION keep_cycle(); DROP FUNCTION refuse_change() CASCADE;",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_only_ever_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
                f"DROP TRIGGER IF EXISTS {table}_only_ever_added ON {table};",
            )
            for table in ONLY_EVER_ADDED
        ),
    ]
