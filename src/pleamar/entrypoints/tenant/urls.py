"""Every page of an account's administrator."""

from __future__ import annotations

from django.urls import URLPattern, path

from pleamar.entrypoints.tenant.account import account
from pleamar.entrypoints.tenant.deny_list import deny_list

app_name = "tenant"
urlpatterns: list[URLPattern] = [
    path("account", account, name="account"),
    path("account/deny-list", deny_list, name="deny_list"),
]
