"""Texts that entrypoints share: refusals, how money and dates are written."""
