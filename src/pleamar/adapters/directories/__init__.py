"""Where lists of people come from."""
