"""The page of one customer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.customers.act_words import offer
from pleamar.entrypoints.portal.customers.acts import possible_acts
from pleamar.entrypoints.portal.customers.limit_form import LimitForm
from pleamar.entrypoints.portal.customers.named_customer import named_customer
from pleamar.entrypoints.portal.customers.past_acts import past_act
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.customer import last_acts
from pleamar.queries.usage import usage
from pleamar.rules.cycles import local_date
from pleamar.wording.acts import shown_acts
from pleamar.wording.customer_badges import customer_badges
from pleamar.wording.dates import long_day
from pleamar.wording.means import actor_told


@require_safe
@portal_page("see_use")
def customer(request: HttpRequest, viewer: Viewer, customer: str) -> HttpResponse:
    """How it stands, its part of the bill, what was done with it, and what can be."""
    found = named_customer(viewer, customer)
    row = found.row
    use = usage(viewer.scope, viewer.partner, now=viewer.now)
    cycle_end = long_day(local_date(use.cycle_end, use.timezone), get_language() or "en")
    may_manage = viewer.may("manage_customers") and not viewer.person.closed
    vendor = Frame().brand.name
    possible = possible_acts(found) if may_manage else []
    acts = shown_acts(sees_prices=viewer.sees_prices, manages_team=viewer.may("manage_team"))
    facts: dict[str, Any] = {
        "customer": found,
        "row": row,
        "badges": customer_badges(row, now=viewer.now, timezone=viewer.zone, cycle_zone=viewer.cycle_zone),
        "use": use,
        "part": next((one for one in use.accounts if one.public_id == row.public_id), None),
        "acts": [
            (told, past_act(told.act), actor_told(told.actor, vendor=vendor))
            for told in last_acts(viewer.scope, viewer.partner_id, found, acts)
        ],
        "offers": [offer(act, found, cycle_end=cycle_end) for act in possible],
        "may_reopen": "reopen" in possible,
        "may_activate": viewer.may("activate") and row.is_trial and not viewer.person.closed,
        "may_limit": may_manage and not row.internal,
        "may_bring_users": viewer.may("manage_users") and row.state != "closed",
        "limit_form": LimitForm(initial={"limit": found.own_limit}),
        "room": None if row.limit is None else max(row.limit - row.active_members, 0),
        "trial_over": bool(row.trial_ends_at and row.trial_ends_at <= viewer.now),
    }
    return show(request, viewer, "portal/customer.html", facts)
