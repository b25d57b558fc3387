"""The embedded PostgreSQL server: finds one or starts one."""
