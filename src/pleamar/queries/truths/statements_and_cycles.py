"""Every closed cycle has one statement, of its peak, at what the price version named on it gives (rules M7, M9)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pleamar.models import PriceBook, PriceVersion, Statement
from pleamar.queries.price_books import as_rule
from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of
from pleamar.rules.money import Money
from pleamar.rules.prices import Priced, price

TRUTH = "statements_and_cycles"

_SQL = """
SELECT partner.name, format('cycle %s from %s', cycle.index, cycle.starts_at), told.fact, told.stored, told.expected
FROM cycle
JOIN partner ON partner.id = cycle.partner_id
LEFT JOIN statement ON statement.cycle_id = cycle.id
CROSS JOIN LATERAL (VALUES
    ('statements', CASE WHEN statement.id IS NULL THEN '0' ELSE '1' END,
        CASE WHEN cycle.closed_at IS NULL THEN '0' ELSE '1' END),
    ('billed quantity', statement.quantity::text, cycle.peak::text),
    ('currency of the statement', statement.currency::text, cycle.currency::text),
    ('statement in shadow', statement.shadow::text,
        (partner.invoiced_from IS NULL OR cycle.starts_at < partner.invoiced_from)::text)
) AS told (fact, stored, expected)
WHERE {scope} AND told.stored <> told.expected
ORDER BY partner.name, cycle.index
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """One statement a closed cycle and none for the others; quantity, currency, shadow; unit price and net amount."""
    yield from differences_of(TRUTH, _SQL.format(scope=scope.sql("cycle.partner_id")))
    yield from _prices(scope)


def _prices(scope: Scope) -> Iterator[Difference]:
    """The money again, by the rules: there are far fewer different quantities than statements."""
    books = scope.with_shared(PriceBook)
    found = scope.with_shared(PriceVersion).filter(book__in=books).select_related("book").prefetch_related("tiers")
    versions = {version.pk: as_rule(version) for version in found}
    priced: dict[tuple[int, int], Priced] = {}
    rows = (
        scope.rows(Statement)
        .order_by("id")
        .values_list(
            *("cycle__partner__name", "cycle__index", "price_version_id", "quantity"),
            *("currency", "unit_price", "net"),
        )
    )
    for partner, index, version_id, quantity, currency, unit_price, net in rows.iterator(chunk_size=10_000):
        subject = f"statement of cycle {index}"
        version = versions.get(version_id)
        if version is None:
            yield Difference(TRUTH, partner, subject, "price version", "missing", str(version_id))
            continue
        key = version_id, quantity
        if key not in priced:
            priced[key] = price(version, quantity)
        expected = priced[key]
        if Money(net, currency) != expected.total:
            yield Difference(TRUTH, partner, subject, "net", _told(Money(net, currency)), _told(expected.total))
        if unit_price != expected.unit_price:
            yield Difference(TRUTH, partner, subject, "unit price", _plain(unit_price), _plain(expected.unit_price))


def _told(money: Money) -> str:
    return f"{money.decimal} {money.currency}"


def _plain(unit_price: Decimal | None) -> str:
    return "none" if unit_price is None else f"{unit_price:f}"
