"""The calculator, quotes, and how billing works."""
