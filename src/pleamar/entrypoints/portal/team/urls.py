"""Addresses: the team, the administrators of customers, and what was done."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.team.activity import activity, activity_csv
from pleamar.entrypoints.portal.team.administrators import administrator_removed, administrators
from pleamar.entrypoints.portal.team.all_administrators import all_administrators
from pleamar.entrypoints.portal.team.person import person, person_removed
from pleamar.entrypoints.portal.team.team import team

urlpatterns = [
    path("team", team, name="team"),
    path("team/administrators", all_administrators, name="all_administrators"),
    path("team/<str:public_id>", person, name="team_person"),
    path("team/<str:public_id>/remove", person_removed, name="team_person_removed"),
    path("customers/<str:public_id>/administrators", administrators, name="administrators"),
    path(
        "customers/<str:public_id>/administrators/<str:administrator>/remove",
        administrator_removed,
        name="administrator_removed",
    ),
    path("activity", activity, name="activity"),
    path("activity.csv", activity_csv, name="activity_csv"),
]
