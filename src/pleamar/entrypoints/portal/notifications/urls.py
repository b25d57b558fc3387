"""Where notifications are set."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.notifications.notifications import notifications

urlpatterns = [path("notifications", notifications, name="notifications")]
