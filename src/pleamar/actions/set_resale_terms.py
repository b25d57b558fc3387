"""Write down how a partner bills its customers: its own references, product codes and sell prices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import Act, record_acts
from pleamar.models import Account, ResaleTerms
from pleamar.rules.causes import Cause
from pleamar.rules.currencies import checked_currency
from pleamar.rules.rebill import SellPrice, checked_reference, checked_unit_price
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be written down of an account; what is None stays as it is, `no_price` takes its price away."""

    account_id: int
    reference: str | None = None
    product_code: str | None = None
    price: SellPrice | None = None
    no_price: bool = False


_KEPT: Final = ("reference", "product_code", "unit_price", "currency")


def set_resale_terms(partner_id: int, wanted: Sequence[Terms], *, cause: Cause, now: datetime) -> int:
    """For one account or many, all or nothing; of how many it changed anything. Nobody is charged by it.

    Refuses `account_unknown`, `reference_invalid`, `sell_price_invalid` and `currency_unknown`.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        accounts = Account.unscoped.filter(partner_id=partner_id).in_bulk({terms.account_id for terms in wanted})
        for terms in wanted:
            if terms.account_id not in accounts:
                raise Refused("account_unknown", account=str(terms.account_id))
        kept = {one.account_id: one for one in ResaleTerms.unscoped.filter(account_id__in=accounts)}
        before = {number: _facts(row) for number, row in kept.items()}
        for terms in wanted:
            row = kept.setdefault(terms.account_id, ResaleTerms(partner_id=partner_id, account_id=terms.account_id))
            row.changed_at = now
            _put(row, terms)
        changed = [row for number, row in kept.items() if _facts(row) != before.get(number, _facts(ResaleTerms()))]
        _write(changed, before.keys())
        record_acts(
            (
                Act("set resale terms", accounts[row.account_id].public_id, partner_id, _told(row, before))
                for row in changed
            ),
            cause=cause,
            at=now,
        )
    return len(changed)


def _put(row: ResaleTerms, terms: Terms) -> None:
    if terms.reference is not None:
        row.reference = checked_reference(terms.reference)
    if terms.product_code is not None:
        row.product_code = checked_reference(terms.product_code)
    if terms.no_price:
        row.unit_price, row.currency = None, ""
    elif terms.price is not None:
        row.unit_price = checked_unit_price(terms.price.unit_price)
        row.currency = checked_currency(terms.price.currency)


def _write(changed: Sequence[ResaleTerms], known: Collection[int]) -> None:
    ResaleTerms.unscoped.bulk_create([row for row in changed if row.account_id not in known])
    ResaleTerms.unscoped.bulk_update([row for row in changed if row.account_id in known], [*_KEPT, "changed_at"])


def _facts(row: ResaleTerms) -> dict[str, object]:
    price = None if row.unit_price is None else f"{row.unit_price.normalize():f}"
    return {"reference": row.reference, "product_code": row.product_code, "price": price, "currency": row.currency}


def _told(row: ResaleTerms, before: Mapping[int, Mapping[str, object]]) -> dict[str, object]:
    """What it is now and, where it was something else, what it was."""
    was, now = before.get(row.account_id, {}), _facts(row)
    return {"after": now, "before": {name: value for name, value in was.items() if value != now[name]}}
