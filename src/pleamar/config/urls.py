"""Every address there is."""

from __future__ import annotations

from django.urls import include, path, re_path

from pleamar.config import errors
from pleamar.entrypoints.portal.card_saved import card_saved
from pleamar.entrypoints.portal.confirm_payment import confirm_payment
from pleamar.entrypoints.webhooks.health import health
from pleamar.entrypoints.webhooks.payments import receive_payment_event
from pleamar.wiring.links import CARD_SAVED, CONFIRM

urlpatterns = [
    path("", include("pleamar.entrypoints.sign_in.urls")),
    path("", include("pleamar.entrypoints.portal.urls")),
    path("", include("pleamar.entrypoints.tenant.urls")),
    path("healthz", health),
    path(f"{CONFIRM}/<str:token>", confirm_payment, name="confirm_payment"),
    path(CARD_SAVED, card_saved, name="card_saved"),
    re_path("^webhooks/(?P<provider>stripe|sandbox)$", receive_payment_event),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
