"""Addresses: the card, and what is charged to it."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.payment.card_entered import card_entered
from pleamar.entrypoints.portal.payment.charging import charging
from pleamar.entrypoints.portal.payment.payment import payment
from pleamar.entrypoints.portal.payment.sandbox_card import sandbox_card

urlpatterns = [
    path("payment", payment, name="payment"),
    path("payment/charging", charging, name="payment_charging"),
    path("payment/card-entered", card_entered, name="card_entered"),
    path("payment/sandbox-card/<str:page>", sandbox_card, name="sandbox_card"),
]
