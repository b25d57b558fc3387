from __future__ import annotations
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
import pytest
from pleamar.actions.announce_prices import announce_prices
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.go_live import go_live
from pleamar.actions.load_prices import load_prices
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.roll_meters import roll_due_meters
from pleamar.models import *  # noqa
from pleamar.models import OutboxMessage, PriceAnnouncement, Statement
from pleamar.rules.prices import TierRow
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

def with_seats(name, clock, at, count=10, **terms):
    clock.set(at)
    partner = open_partner(NewPartner(name, "USD", **terms), created=clock(), cause=TESTER, now=clock())
    account = open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)
    change_seats(partner.pk, active(account.pk, emails(count)), cause=TESTER, clock=clock)
    return partner, account

DEARER = [TierRow(1, None, Decimal(3))]

def run_until(clock, end):
    at = clock()
    while at < end:
        at += timedelta(days=1)
        clock.set(at)
        roll_due_meters(clock()); close_cycles(cause=TESTER, now=clock()); announce_prices(now=clock())

def test_partner_opened_after_load(installation, clock):
    clock.set(datetime(2026,2,15,tzinfo=UTC))
    load_prices(DEARER, currency="USD", valid_from=date(2026,6,1), cause=TESTER, now=clock())
    p, a = with_seats("Late", clock, datetime(2026,2,20,tzinfo=UTC))
    run_until(clock, datetime(2026,8,1,tzinfo=UTC))
    nets = [s.net for s in Statement.unscoped.filter(partner=p).order_by("pk")]
    print("OPENED AFTER:", nets, OutboxMessage.unscoped.filter(topic="price_rise").count())

def test_shadow_then_live(installation, clock):
    p, a = with_seats("Shadow", clock, datetime(2026,1,10,tzinfo=UTC), shadow=True)
    clock.set(datetime(2026,2,15,tzinfo=UTC)); roll_due_meters(clock()); close_cycles(cause=TESTER, now=clock())
    load_prices(DEARER, currency="USD", valid_from=date(2026,6,1), cause=TESTER, now=clock())
    go_live(p.pk, cause=TESTER, now=clock())
    run_until(clock, datetime(2026,8,1,tzinfo=UTC))
    nets = [(s.net, s.shadow) for s in Statement.unscoped.filter(partner=p).order_by("pk")]
    print("SHADOW THEN LIVE:", nets, OutboxMessage.unscoped.filter(topic="price_rise").count())

def test_lower_then_back(installation, clock):
    p, a = with_seats("Promo", clock, datetime(2026,1,10,tzinfo=UTC))
    clock.set(datetime(2026,2,15,tzinfo=UTC)); roll_due_meters(clock()); close_cycles(cause=TESTER, now=clock())
    load_prices([TierRow(1,None,Decimal("2.40"))], currency="USD", valid_from=date(2026,6,1), cause=TESTER, now=clock())
    load_prices([TierRow(1,None,Decimal("1"))], currency="USD", valid_from=date(2026,3,1), cause=TESTER, now=clock())
    run_until(clock, datetime(2026,8,1,tzinfo=UTC))
    print("PROMO:", [s.net for s in Statement.unscoped.filter(partner=p).order_by("pk")], OutboxMessage.unscoped.filter(topic="price_rise").count())

def test_running_cycle_other_quantity(installation, clock):
    p, a = with_seats("Mid", clock, datetime(2026,1,10,tzinfo=UTC))
    clock.set(datetime(2026,2,15,tzinfo=UTC)); roll_due_meters(clock()); close_cycles(cause=TESTER, now=clock())
    load_prices([TierRow(1,10,Decimal("2.40")), TierRow(11,None,Decimal("2.40")*10)], currency="USD", valid_from=date(2026,2,1), cause=TESTER, now=clock())
    announce_prices(now=clock())
    clock.set(datetime(2026,2,16,tzinfo=UTC))
    change_seats(p.pk, active(a.pk, emails(11)), cause=TESTER, clock=clock)
    run_until(clock, datetime(2026,3,12,tzinfo=UTC))
    print("MID:", [s.net for s in Statement.unscoped.filter(partner=p).order_by("pk")], OutboxMessage.unscoped.filter(topic="price_rise").count())
