"""The team, and what it did."""
