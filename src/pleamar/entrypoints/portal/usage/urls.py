"""Addresses: use and what it comes to."""

from __future__ import annotations

from django.urls import path, register_converter

from pleamar.entrypoints.portal.usage.cycle_address import CycleConverter
from pleamar.entrypoints.portal.usage.cycle_page import cycles, past_cycle, usage
from pleamar.entrypoints.portal.usage.explain_page import explain
from pleamar.entrypoints.portal.usage.usage_csv import people_csv, usage_csv

register_converter(CycleConverter, "cycle")

urlpatterns = [
    path("usage", usage, name="usage"),
    path("usage/cycles", cycles, name="cycles"),
    path("usage/usage.csv", usage_csv, name="usage_csv"),
    path("usage/<cycle:start>", past_cycle, name="past_cycle"),
    path("usage/<cycle:start>/usage.csv", usage_csv, name="usage_csv"),
    path("usage/<cycle:start>/explain", explain, name="explain"),
    path("usage/<cycle:start>/users.csv", people_csv, name="people_csv"),
]
