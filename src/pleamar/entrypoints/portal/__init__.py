"""What partners see in their browser."""
