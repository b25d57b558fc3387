"""The people in a customer's account."""
