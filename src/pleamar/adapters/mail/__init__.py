"""Who carries mail."""
