"""Puts the parts together: reads settings, builds adapters, implements their stores with models."""
