"""What is asked of the outside: protocols and typed outcomes."""
