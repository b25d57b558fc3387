"""A history from another system gives exactly the peaks and moments that a brute-force count of the file gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.expire_trials import expire_trials
from pleamar.actions.go_live import go_live
from pleamar.actions.import_history import HistoryImported, HistoryToImport, import_history
from pleamar.actions.load_prices import load_prices
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.adapters.files.history_file import read_history
from pleamar.models import Account, Installation, Invoice, Meter, Partner, SeatLogEntry, Setting
from pleamar.queries.access import member_access
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.statements import statements
from pleamar.queries.truths import check_books
from pleamar.rules.prices import TierRow
from pleamar.rules.refusals import Refused
from tests.actions.test_life import while_uncommitted
from tests.fakes.clock import SteppedClock
from tests.fakes.history import CREATED, UNTIL, Counted, Line, brute_force, made_up, write
from tests.fakes.people import TESTER, active, emails

NOW = datetime(2025, 7, 1, tzinfo=UTC)


def history(path: Path, zone: str = "UTC", currency: str = "USD") -> HistoryToImport:
    file = read_history(path, created=CREATED, until=UNTIL)
    return HistoryToImport("Elsewhere", currency, zone, CREATED, UNTIL, file.name, file.sha256, file.rows)


def brought(path: Path, zone: str = "UTC") -> HistoryImported:
    return import_history(history(path, zone), cause=TESTER, now=NOW)


def billed() -> list[Counted]:
    return [
        Counted(row.cycle_start, row.cycle_end, row.peak, row.peak_at) for row in statements(EVERYTHING, "Elsewhere")
    ]


@pytest.mark.parametrize(
    ("rows", "seed", "zone"),
    [
        (0, 1, "UTC"),
        (1, 2, "UTC"),
        (40, 3, "Europe/Madrid"),
        (400, 4, "America/Sao_Paulo"),
        (400, 5, "UTC"),
        (5_000, 6, "Asia/Kolkata"),
    ],
)
def test_m02_the_peaks_are_those_of_a_brute_force_count(
    installation: Installation, tmp_path: Path, rows: int, seed: int, zone: str
) -> None:
    lines = made_up(rows, seed, zone=zone)
    done = brought(write(tmp_path / "history.csv", lines), zone)
    assert billed() == brute_force(lines, zone)
    assert len(billed()) == 28
    assert done.bills.statements == 28
    assert all(row.shadow for row in statements(EVERYTHING, "Elsewhere"))
    assert not Invoice.unscoped.exists()
    assert check_books(EVERYTHING) == []


@pytest.mark.slow
def test_m02_six_hundred_thousand_changes(installation: Installation, tmp_path: Path) -> None:
    lines = made_up(600_000, 7, accounts=40, people=6_000)
    brought(write(tmp_path / "history.csv", lines))
    assert billed() == brute_force(lines)
    assert check_books(EVERYTHING) == []


def test_the_same_file_again_changes_nothing(installation: Installation, tmp_path: Path) -> None:
    path = write(tmp_path / "history.csv", made_up(50, 8))
    first, log = brought(path), SeatLogEntry.unscoped.count()
    again = brought(path)
    assert (first.is_new, again.is_new) == (True, False)
    assert SeatLogEntry.unscoped.count() == log
    without_until = replace(history(path), until=None)
    assert not import_history(without_until, cause=TESTER, now=NOW).is_new


def test_another_file_or_other_terms_are_refused(installation: Installation, tmp_path: Path) -> None:
    brought(write(tmp_path / "history.csv", made_up(50, 9)))
    other = history(write(tmp_path / "other.csv", made_up(51, 9)))
    with pytest.raises(Refused, match="history_differs"):
        import_history(other, cause=TESTER, now=NOW)
    with pytest.raises(Refused, match="partner_differs"):
        import_history(replace(other, currency="EUR"), cause=TESTER, now=NOW)
    with pytest.raises(Refused, match="until_out_of_range"):
        import_history(replace(other, until=NOW + timedelta(days=1)), cause=TESTER, now=NOW)
    assert check_books(EVERYTHING) == []


def test_m27_a_partner_with_changes_of_its_own_is_refused(installation: Installation, tmp_path: Path) -> None:
    clock = SteppedClock(CREATED)
    partner = open_partner(NewPartner("Elsewhere", "USD"), created=CREATED, cause=TESTER, now=CREATED)
    account = open_account(partner.pk, "Live", cause=TESTER, clock=clock)
    change_seats(partner.pk, active(account.pk, emails(3)), cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="partner_has_changes"):
        brought(write(tmp_path / "history.csv", made_up(50, 10)))
    assert Account.unscoped.count() == 1


def test_m26_terms_that_change_with_the_next_cycle_are_refused_too(installation: Installation, tmp_path: Path) -> None:
    partner = open_partner(NewPartner("Elsewhere", "USD"), created=CREATED, cause=TESTER, now=CREATED)
    change_terms(partner.pk, currency="EUR", cause=TESTER, now=CREATED)
    with pytest.raises(Refused, match="partner_differs"):
        import_history(history(write(tmp_path / "history.csv", made_up(50, 14)), currency="EUR"), cause=TESTER, now=NOW)
    assert not SeatLogEntry.unscoped.exists()


def test_it_is_all_or_nothing(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("pleamar.actions.write_history._write_meter", fail)
    with pytest.raises(ConnectionError):
        brought(write(tmp_path / "history.csv", made_up(50, 11)))
    assert not Partner.unscoped.exists()
    assert not SeatLogEntry.unscoped.exists()


def test_changes_go_on_from_where_the_history_ends(installation: Installation, tmp_path: Path) -> None:
    done = brought(write(tmp_path / "history.csv", made_up(400, 12)))
    before = Meter.unscoped.get(partner=done.partner_id)
    account = Account.unscoped.filter(partner=done.partner_id, state="live").first()
    assert account is not None
    clock = SteppedClock(NOW)
    change = change_seats(done.partner_id, active(account.pk, emails(3, 9_000)), cause=TESTER, clock=clock)
    assert change.seats_after == before.seats + 3
    assert check_books(EVERYTHING) == []


def test_a_shadow_is_invoiced_only_from_a_cycle_start_to_come(installation: Installation, tmp_path: Path) -> None:
    always = [Line(CREATED, "Customer", f"a{number}@example.com", "active") for number in range(10)]
    partner_id = brought(write(tmp_path / "history.csv", always)).partner_id
    start = datetime(2025, 7, 31, tzinfo=UTC)
    with pytest.raises(Refused, match="time_in_past"):
        go_live(partner_id, datetime(2025, 6, 30, tzinfo=UTC), cause=TESTER, now=NOW)
    with pytest.raises(Refused, match="not_a_cycle_start"):
        go_live(partner_id, start + timedelta(days=1), cause=TESTER, now=NOW)
    go_live(partner_id, start, cause=TESTER, now=NOW)
    close_cycles(cause=TESTER, now=datetime(2025, 10, 1, tzinfo=UTC))
    rows = [row for row in statements(EVERYTHING, "Elsewhere") if not row.shadow]
    assert [row.cycle_start for row in rows] == [start, datetime(2025, 8, 31, tzinfo=UTC)]
    assert Invoice.unscoped.count() == 2
    with pytest.raises(Refused, match="already_live"):
        go_live(partner_id, start, cause=TESTER, now=datetime(2025, 10, 1, tzinfo=UTC))
    assert check_books(EVERYTHING) == []


def test_m09_without_a_price_book_its_cycles_wait(installation: Installation, tmp_path: Path) -> None:
    path = write(tmp_path / "history.csv", made_up(50, 13))
    done = import_history(history(path, currency="JPY"), cause=TESTER, now=NOW)
    assert done.bills.statements == 0
    assert {waiting.currency for waiting in done.bills.waiting} == {"JPY"}
    assert check_books(EVERYTHING) == []


def test_m09_from_its_first_cycle_without_a_price_book_on_all_wait(installation: Installation, tmp_path: Path) -> None:
    tiers = [TierRow(1, None, Decimal(300))]
    load_prices(tiers, currency="JPY", valid_from=date(2024, 1, 1), cause=TESTER, now=NOW)
    path = write(tmp_path / "history.csv", made_up(50, 15))
    done = import_history(history(path, currency="JPY"), cause=TESTER, now=NOW)
    assert (done.bills.statements, len(done.bills.waiting)) == (0, 1)
    load_prices(tiers, currency="JPY", valid_from=date(2023, 1, 1), cause=TESTER, now=NOW)
    close_cycles(cause=TESTER, now=NOW)
    starts = [row.cycle_start for row in statements(EVERYTHING, "Elsewhere")]
    assert starts[0] == CREATED
    assert starts == sorted(starts)
    assert check_books(EVERYTHING) == []


def test_m26_a_closed_partner_gets_no_history(installation: Installation, tmp_path: Path) -> None:
    path, clock = write(tmp_path / "history.csv", made_up(50, 16)), SteppedClock(NOW)
    partner = open_partner(NewPartner("Elsewhere", "USD"), created=CREATED, cause=TESTER, now=CREATED)
    close_partner(partner.pk, cause=TESTER, clock=SteppedClock(CREATED))
    with pytest.raises(Refused, match="partner_closed"):
        brought(path)
    close_cycles(cause=TESTER, now=clock())
    with pytest.raises(Refused, match="partner_closed"):
        brought(path)
    assert not SeatLogEntry.unscoped.exists()


def test_m26_the_same_file_again_is_nothing_new_to_a_partner_closed_since(
    installation: Installation, tmp_path: Path
) -> None:
    path = write(tmp_path / "history.csv", made_up(50, 17))
    close_partner(brought(path).partner_id, cause=TESTER, clock=SteppedClock(NOW))
    assert not brought(path).is_new


def test_m26_an_account_knows_when_it_was_closed_last(installation: Installation, tmp_path: Path) -> None:
    days = [CREATED + timedelta(days=number) for number in range(8)]
    told = {
        "Gone": ["live", "closed", "live", "closed", "closed"],
        "Back": ["live", "closed", "trial"],
        "Never": ["trial", "live"],
    }
    lines = [
        Line(at, name, "", change) for name, changes in told.items() for at, change in zip(days, changes, strict=False)
    ]
    brought(write(tmp_path / "history.csv", lines))
    closed = dict(Account.unscoped.values_list("name", "closed_at"))
    assert closed == {"Gone": days[3], "Back": None, "Never": None}
    assert check_books(EVERYTHING) == []


def test_m20_an_imported_trial_ends_and_is_limited_as_one_opened_at_the_import(
    installation: Installation, tmp_path: Path
) -> None:
    Setting.objects.create(name="trial_days", value=30, changed_at=CREATED)
    Setting.objects.create(name="trial_member_limit", value=3, changed_at=CREATED)
    days = [CREATED + timedelta(days=number) for number in range(3)]
    told = {
        "Trying": ["trial"],
        "Bought": ["trial", "live"],
        "Live": ["live"],
        "Left": ["trial", "closed"],
        "Was live": ["live", "closed"],
    }
    lines = [
        Line(at, name, "", change) for name, changes in told.items() for at, change in zip(days, changes, strict=False)
    ]
    people = [Line(days[1], "Trying", email, "active") for email in emails(2)]
    done = brought(write(tmp_path / "history.csv", [*lines, *people]))
    terms = {
        account.name: (account.trial_set_at, account.trial_ends_at, account.trial_member_limit)
        for account in Account.unscoped.all()
    }
    given, none = (NOW, NOW + timedelta(days=30), 3), (None, None, None)
    assert terms == {"Trying": given, "Left": given, "Bought": none, "Live": none, "Was live": none}
    trying = Account.unscoped.get(name="Trying")
    assert trying.created_at == days[0]
    change = change_seats(done.partner_id, active(trying.pk, emails(4)), cause=TESTER, clock=SteppedClock(NOW))
    assert (change.activated, change.over_limit) == (1, ((trying.pk, emails(4)[3]),))
    ended = trying.trial_ends_at
    before, after = (
        member_access(EVERYTHING, trying.public_id, emails(1)[0], features=(), now=moment).reasons
        for moment in (ended - timedelta(microseconds=1), ended)
    )
    assert (before, after) == ((), ("trial_expired",))
    assert expire_trials(cause=TESTER, now=ended) == 1
    assert check_books(EVERYTHING) == []


def test_the_same_file_twice_at_once(committed: Installation, tmp_path: Path) -> None:
    path = write(tmp_path / "history.csv", made_up(50, 18))
    assert not while_uncommitted(lambda: brought(path), lambda: brought(path)).is_new
    assert Partner.unscoped.count() == 1
    assert check_books(EVERYTHING) == []


def test_another_file_at_once_or_the_name_in_other_letters_is_refused(committed: Installation, tmp_path: Path) -> None:
    one, other = (history(write(tmp_path / f"{seed}.csv", made_up(50, seed))) for seed in (19, 20))

    def brings(file: HistoryToImport) -> HistoryImported:
        return import_history(file, cause=TESTER, now=NOW)

    with pytest.raises(Refused, match="history_differs"):
        while_uncommitted(lambda: brings(one), lambda: brings(other))
    with pytest.raises(Refused, match="partner_exists"):
        while_uncommitted(lambda: brings(replace(one, partner="Newer")), lambda: brings(replace(one, partner="NEWER")))
    assert check_books(EVERYTHING) == []
