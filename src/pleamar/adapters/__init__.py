"""The outside world, built from plain values: no Django, no settings, no database of ours."""
