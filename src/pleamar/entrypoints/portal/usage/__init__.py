"""Use and what it comes to."""
