"""The benchmark: one command, one table. What is measured and what it has to reach stands in `docs/`."""
