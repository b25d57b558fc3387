"""Whoever asks comes in here: check who asks, call one action, show the answer."""
