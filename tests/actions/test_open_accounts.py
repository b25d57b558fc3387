"""Many customers opened at once, with limits and deny lists: all of them or none (rules M19, M20, M21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.bring_accounts_file import bring_accounts_file
from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.actions.close_partner import close_partner
from pleamar.actions.open_account import open_account
from pleamar.actions.open_accounts import NewAccount, open_accounts
from pleamar.actions.open_accounts_of_file import open_accounts_of_file
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Account, AuditEvent, DenyEntry, FileImport, Installation, Partner, SeatBatch, SeatLogEntry
from pleamar.queries.accounts_files import find_accounts_file
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.truths import check_books
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active

OPENED = datetime(2026, 1, 1, 9, tzinfo=UTC)
THREE = [
    NewAccount("Contoso", member_limit=20, denied=("Scanner@Contoso.example", "room-*@contoso.example")),
    NewAccount("Adatum", trial_days=7),
    NewAccount("Fabrikam", "live"),
]


@pytest.fixture
def partner(installation: Installation) -> Partner:
    return open_partner(NewPartner("Northwind IT", "USD"), created=OPENED, cause=TESTER, now=OPENED)


def test_m20_they_are_opened_as_one_batch_in_the_order_given(partner: Partner, clock: SteppedClock) -> None:
    now = clock.forward(days=1)
    opened = open_accounts(partner.pk, THREE, cause=TESTER, clock=clock)
    assert [(one.name, one.state) for one in opened] == [
        ("Contoso", "trial"),
        ("Adatum", "trial"),
        ("Fabrikam", "live"),
    ]
    rows = {one.name: one for one in Account.unscoped.all()}
    assert [rows[one.name].state for one in opened] == ["trial", "trial", "live"]
    contoso, adatum, fabrikam = (rows[one.name] for one in opened)
    assert (contoso.member_limit, contoso.trial_member_limit) == (20, 50)
    assert contoso.trial_ends_at == contoso.created_at + timedelta(days=14)
    assert adatum.trial_ends_at == adatum.created_at + timedelta(days=7)
    assert (fabrikam.trial_ends_at, fabrikam.trial_member_limit, fabrikam.member_limit) == (None, None, None)
    assert {one.created_at for one in rows.values()} == {now}
    assert SeatBatch.unscoped.count() == 1
    assert SeatLogEntry.unscoped.count() == 3


def test_m19_m21_their_lists_and_limits_hold_and_are_told(partner: Partner, clock: SteppedClock) -> None:
    contoso, *_ = open_accounts(partner.pk, THREE, cause=TESTER, clock=clock)
    assert list(DenyEntry.unscoped.order_by("pattern").values_list("pattern", "like")) == [
        ("room-*@contoso.example", "room-%@contoso.example"),
        ("scanner@contoso.example", None),
    ]
    asked = ["scanner@contoso.example", "room-1@contoso.example", "ana@contoso.example"]
    change = change_seats(partner.pk, active(contoso.pk, asked), cause=TESTER, clock=clock)
    assert (change.activated, [email for _, email in change.denied]) == (1, sorted(asked[:2]))
    assert sorted(AuditEvent.unscoped.filter(subject=contoso.public_id).values_list("act", flat=True)) == [
        "change deny list",
        "set member limit",
    ]


REFUSED = [
    (NewAccount("Contoso"), "account_exists"),
    (NewAccount("Taken"), "account_exists"),
    (NewAccount(" "), "name_invalid"),
    (NewAccount("Zoe", member_limit=-1), "limit_out_of_range"),
    (NewAccount("Zoe", member_limit=1_000_001), "limit_out_of_range"),
    (NewAccount("Zoe", trial_days=0), "trial_days_out_of_range"),
    (NewAccount("Zoe", trial_days=15), "trial_days_out_of_range"),
    (NewAccount("Zoe", "live", trial_days=5), "trial_terms_without_trial"),
    (NewAccount("Zoe", denied=("zoe",)), "deny_pattern_invalid"),
    (NewAccount("Zoe", denied=("*@*",)), "deny_pattern_too_wide"),
    (NewAccount("Zoe", denied=tuple(f"*{n}@x.example" for n in range(2001))), "deny_list_too_long"),
]


@pytest.mark.parametrize(("bad", "code"), REFUSED)
def test_one_that_is_refused_keeps_all_others_from_it(
    partner: Partner, clock: SteppedClock, bad: NewAccount, code: str
) -> None:
    open_account(partner.pk, "Taken", cause=TESTER, clock=clock)
    with pytest.raises(Refused, match=code):
        open_accounts(partner.pk, [*THREE, bad], cause=TESTER, clock=clock)
    assert Account.unscoped.count() == 1
    assert not DenyEntry.unscoped.exists()


def test_m20_a_trial_may_be_as_long_as_the_settings_say(partner: Partner, clock: SteppedClock) -> None:
    change_setting("trial_days", 30, cause=TESTER, now=clock())
    (account,) = open_accounts(partner.pk, [NewAccount("Zoe", trial_days=30)], cause=TESTER, clock=clock)
    assert account.trial_ends_at == account.created_at + timedelta(days=30)


def test_a_closed_partner_opens_none(partner: Partner, clock: SteppedClock) -> None:
    close_partner(partner.pk, cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="partner_closed"):
        open_accounts(partner.pk, THREE, cause=TESTER, clock=clock)
    assert not Account.unscoped.exists()


def test_none_at_all_is_nothing(partner: Partner, clock: SteppedClock) -> None:
    assert open_accounts(partner.pk, [], cause=TESTER, clock=clock) == []
    assert not SeatBatch.unscoped.exists()


def test_the_books_hold(partner: Partner, clock: SteppedClock) -> None:
    open_accounts(partner.pk, THREE, cause=TESTER, clock=clock)
    assert check_books(EVERYTHING) == []


def test_the_number_of_writes_does_not_grow(partner: Partner, clock: SteppedClock) -> None:
    counts = []
    for size in (2, 20):
        wanted = [NewAccount(f"{size} {number}", "live") for number in range(size)]
        with CaptureQueriesContext(connection) as context:
            open_accounts(partner.pk, wanted, cause=TESTER, clock=clock)
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_a_file_is_worked_on_once(partner: Partner, clock: SteppedClock) -> None:
    file = bring_accounts_file(partner.pk, "new\x00 ones.csv", b"name\nContoso\n", rows=1, cause=TESTER, now=clock())
    brought = find_accounts_file(Scope(partner.pk), partner.pk, file.public_id)
    assert (brought.name, brought.content, brought.done) == ("new ones.csv", b"name\nContoso\n", False)
    opened = open_accounts_of_file(partner.pk, file.pk, [NewAccount("Contoso")], cause=TESTER, clock=clock)
    assert [one.name for one in opened] == ["Contoso"]
    assert open_accounts_of_file(partner.pk, file.pk, [NewAccount("Other")], cause=TESTER, clock=clock) == []
    brought = find_accounts_file(Scope(partner.pk), partner.pk, file.public_id)
    assert (brought.content, brought.done, brought.opened) == (b"", True, 1)
    assert SeatBatch.unscoped.get().reference == "new ones.csv"


def test_what_is_refused_leaves_the_file_as_it_was(partner: Partner, clock: SteppedClock) -> None:
    file = bring_accounts_file(partner.pk, "a.csv", b"x", rows=1, cause=TESTER, now=clock())
    with pytest.raises(Refused, match="name_invalid"):
        open_accounts_of_file(partner.pk, file.pk, [NewAccount("")], cause=TESTER, clock=clock)
    assert FileImport.unscoped.get().state == "read"


def test_another_partner_s_file_is_unknown(partner: Partner, clock: SteppedClock) -> None:
    other = open_partner(NewPartner("Tailwind", "USD"), created=OPENED, cause=TESTER, now=OPENED)
    file = bring_accounts_file(partner.pk, "a.csv", b"x", rows=1, cause=TESTER, now=clock())
    for public_id in (file.public_id, "fil_x", ""):
        with pytest.raises(Refused, match="accounts_file_unknown"):
            find_accounts_file(Scope(other.pk), other.pk, public_id)
    with pytest.raises(Refused, match="accounts_file_unknown"):
        open_accounts_of_file(other.pk, file.pk, [NewAccount("A")], cause=TESTER, clock=clock)
