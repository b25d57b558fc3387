"""Rows that are changed again and again get room beside them, so that a change needs no new index entries."""

from django.db import migrations

ROOM = {"member": 50, "account": 50, "meter": 50}


class Migration(migrations.Migration):
    dependencies = [("pleamar", "0002_only_ever_added")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (fillfactor = {percent})", f"ALTER TABLE {table} RESET (fillfactor)"
        )
        for table, percent in ROOM.items()
    ]
