"""What a partner bills its own customers."""
