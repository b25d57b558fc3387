"""What the product does: one verb a file, and each owns its transaction."""
