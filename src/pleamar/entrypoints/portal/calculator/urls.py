"""Addresses: the calculator, quotes, and how billing works."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.calculator.annual_quote import annual_quote
from pleamar.entrypoints.portal.calculator.calculator import calculator
from pleamar.entrypoints.portal.calculator.how_billing_works import how_billing_works

urlpatterns = [
    path("calculator", calculator, name="calculator"),
    path("annual-quote", annual_quote, name="annual_quote"),
    path("help", how_billing_works, name="help"),
]
