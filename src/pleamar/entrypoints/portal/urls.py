"""Every page of the portal, by area."""

from __future__ import annotations

from django.urls import URLPattern

from pleamar.entrypoints.portal.calculator.urls import urlpatterns as calculator
from pleamar.entrypoints.portal.customers.urls import urlpatterns as customers
from pleamar.entrypoints.portal.invoices.urls import urlpatterns as invoices
from pleamar.entrypoints.portal.notifications.urls import urlpatterns as notifications
from pleamar.entrypoints.portal.payment.urls import urlpatterns as payment
from pleamar.entrypoints.portal.rebill.urls import urlpatterns as rebill
from pleamar.entrypoints.portal.sandbox.urls import urlpatterns as sandbox
from pleamar.entrypoints.portal.team.urls import urlpatterns as team
from pleamar.entrypoints.portal.usage.urls import urlpatterns as usage
from pleamar.entrypoints.portal.users.urls import urlpatterns as users

app_name = "portal"
urlpatterns: list[URLPattern] = [
    *usage,
    *customers,
    *users,
    *invoices,
    *rebill,
    *payment,
    *calculator,
    *team,
    *notifications,
    *sandbox,
]
