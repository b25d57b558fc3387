"""Addresses: what a partner bills its own customers."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.rebill.rebill import rebill_page
from pleamar.entrypoints.portal.rebill.rebill_csv import rebill_csv
from pleamar.entrypoints.portal.rebill.terms import resale_terms_page
from pleamar.entrypoints.portal.rebill.terms_csv import resale_terms_csv
from pleamar.entrypoints.portal.rebill.terms_import import resale_terms_import

urlpatterns = [
    path("rebill", rebill_page, name="rebill"),
    path("rebill.csv", rebill_csv, name="rebill_csv"),
    path("rebill/terms", resale_terms_page, name="resale_terms"),
    path("rebill/terms.csv", resale_terms_csv, name="resale_terms_csv"),
    path("rebill/terms/import", resale_terms_import, name="resale_terms_import"),
]
