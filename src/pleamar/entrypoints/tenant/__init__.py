"""What the administrator of a single account sees in a browser."""
