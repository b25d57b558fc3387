"""Every address there is."""

from __future__ import annotations

from django.urls import path, re_path

from pleamar.entrypoints.portal.card_saved import card_saved
from pleamar.entrypoints.portal.confirm_payment import confirm_payment
from pleamar.entrypoints.webhooks import problems
from pleamar.entrypoints.webhooks.health import health
from pleamar.entrypoints.webhooks.payments import receive_payment_event
from pleamar.wiring.links import CARD_SAVED, CONFIRM

urlpatterns = [
    path("healthz", health),
    path(f"{CONFIRM}/<str:token>", confirm_payment),
    path(CARD_SAVED, card_saved),
    re_path("^webhooks/(?P<provider>stripe|sandbox)$", receive_payment_event),
]
handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error
