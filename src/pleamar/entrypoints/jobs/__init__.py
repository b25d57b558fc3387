"""Background tasks and their calendar."""
