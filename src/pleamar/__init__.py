"""Pleamar bills software that is sold per user through MSPs, by the high-water mark of active users."""
