"""Settings and the console script: the top floor."""
