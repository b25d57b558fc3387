"""Reads for screens, commands and the API. Every query takes a scope first."""
