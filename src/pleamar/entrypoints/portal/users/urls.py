"""Addresses: the people in a customer's account."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.users.change import change_users
from pleamar.entrypoints.portal.users.deny_list import deny_list, deny_list_csv
from pleamar.entrypoints.portal.users.deny_lists import deny_lists
from pleamar.entrypoints.portal.users.importing import users_import, users_import_where, users_template
from pleamar.entrypoints.portal.users.listing import users
from pleamar.entrypoints.portal.users.members_file import users_file, users_file_refused
from pleamar.entrypoints.portal.users.user import user
from pleamar.entrypoints.portal.users.users_csv import users_csv

urlpatterns = [
    path("users", users, name="users"),
    path("users/change", change_users, name="users_change"),
    path("users/import", users_import_where, name="users_import_where"),
    path("users/template.csv", users_template, name="users_template"),
    path("users.csv", users_csv, name="users_csv"),
    path("customers/<str:customer>/users/<str:user>", user, name="user"),
    path("customers/<str:customer>/import", users_import, name="users_import"),
    path("customers/<str:customer>/import/<str:file>", users_file, name="users_file"),
    path("customers/<str:customer>/import/<str:file>/left-out.csv", users_file_refused, name="users_file_refused"),
    path("deny-lists", deny_lists, name="deny_lists"),
    path("customers/<str:customer>/deny-list", deny_list, name="deny_list"),
    path("customers/<str:customer>/deny-list.csv", deny_list_csv, name="deny_list_csv"),
]
