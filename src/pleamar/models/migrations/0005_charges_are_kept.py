"""Charges that go only the ways there are, and more records that are only ever added to: the database refuses the rest."""

from django.db import migrations

# Written out here, for a migration never changes.
TRANSITIONS = {
    "planned": ["canceled", "creating"],
    "creating": ["canceled", "ready"],
    "ready": ["action_required", "canceled", "confirming", "failed", "processing", "succeeded"],
    "confirming": ["action_required", "canceled", "failed", "processing", "succeeded"],
    "processing": ["action_required", "canceled", "failed", "succeeded"],
    "action_required": ["canceled", "failed", "processing", "succeeded"],
    "failed": ["canceled", "processing", "succeeded"],
    "succeeded": [],
    "canceled": [],
}
ONLY_EVER_ADDED = ["credit_note", "invoice_credit", "outside_refund"]

ALLOWED = " OR ".join(
    f"(OLD.state = '{state}' AND NEW.state IN ({', '.join(repr(following) for following in allowed)}))"
    for state, allowed in TRANSITIONS.items()
    if allowed
)

KEEP = f"""
CREATE FUNCTION keep_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT ({ALLOWED}) THEN
        RAISE EXCEPTION 'a charge does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.uid, NEW.partner_id, NEW.card_id, NEW.currency, NEW.amount, NEW.planned_at)
        IS DISTINCT FROM (OLD.id, OLD.uid, OLD.partner_id, OLD.card_id, OLD.currency, OLD.amount, OLD.planned_at)
        OR (OLD.provider_id IS NOT NULL AND NEW.provider_id IS DISTINCT FROM OLD.provider_id)
        OR (OLD.request IS NOT NULL AND NEW.request IS DISTINCT FROM OLD.request)
        OR NEW.lease < OLD.lease OR NEW.create_attempt < OLD.create_attempt OR NEW.confirm_attempt < OLD.confirm_attempt
    THEN
        RAISE EXCEPTION 'what a charge is for, its request and its payment are written once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER charge_is_kept BEFORE UPDATE ON charge FOR EACH ROW EXECUTE FUNCTION keep_charge();
"""


class Migration(migrations.Migration):
    dependencies = [("pleamar", "0004_collecting")]

    operations = [
        migrations.RunSQL(KEEP, "DROP TRIGGER charge_is_kept ON charge; DROP FUNCTION keep_charge();"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_only_ever_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
                f"DROP TRIGGER IF EXISTS {table}_only_ever_added ON {table};",
            )
            for table in ONLY_EVER_ADDED
        ),
    ]
