"""The customer that an address names."""

from __future__ import annotations

from django.http import Http404

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customer import Customer, find_customer
from pleamar.queries.customers import CustomerRow, find_customers
from pleamar.rules.refusals import Refused


def named_customer(viewer: Viewer, public_id: str) -> Customer:
    """The viewer's own customer; anybody else's, and what is none, is nowhere (404)."""
    try:
        return find_customer(viewer.scope, viewer.partner_id, public_id)
    except Refused as refused:
        raise Http404 from refused


def named_customers(viewer: Viewer, public_ids: list[str]) -> list[CustomerRow]:
    """The same for several, by name, each once."""
    try:
        return find_customers(viewer.scope, viewer.partner_id, dict.fromkeys(public_ids))
    except Refused as refused:
        raise Http404 from refused
