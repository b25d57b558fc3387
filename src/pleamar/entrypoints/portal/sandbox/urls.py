"""Addresses that there are in a sandbox alone."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.sandbox.clock import sandbox_clock
from pleamar.entrypoints.portal.sandbox.mails import sandbox_letter, sandbox_mail, sandbox_mails

urlpatterns = [
    path("sandbox/clock", sandbox_clock, name="sandbox_clock"),
    path("sandbox/mails", sandbox_mails, name="sandbox_mails"),
    path("sandbox/mails/<str:mail>", sandbox_mail, name="sandbox_mail"),
    path("sandbox/mails/<str:mail>/letter", sandbox_letter, name="sandbox_letter"),
]
