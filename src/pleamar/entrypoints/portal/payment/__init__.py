"""Cards and charges."""
