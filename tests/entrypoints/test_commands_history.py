"""A history from another system: imported, priced in shadow, exported, imported elsewhere, and made live."""

from __future__ import annotations

import pytest

from tests.entrypoints.console import Console

HEADER = "at,account,member,change\n"
HISTORY = (
    HEADER
    + """\
2025-10-15T10:00:00Z,Contoso,a@x.example,active
2025-11-20T10:00:00+01:00,Contoso,,trial
2025-12-01T10:00:00Z,Contoso,b@x.example,active
2025-12-02T10:00:00.123456Z,Contoso,,live
2025-12-05T10:00:00Z,Fabrikam,A@x.example,active
2026-01-05T10:00:00Z,Contoso,,closed
2026-01-06T10:00:00Z,Contoso,a@x.example,inactive
"""
)
CREATED = ("--created", "2025-10-10T09:00:00Z")
IMPORT = ("import-history", "--partner", "Old", *CREATED)


@pytest.fixture
def old(console: Console) -> Console:
    said = console.do(*IMPORT, console.file(HISTORY))
    assert said == "Old: 7 rows, 9 changes, 3 statements, in shadow. See: pleamar statements\n"
    return console


def test_statements_have_exactly_these_columns(old: Console) -> None:
    assert old.do("statements", "--partner", "Old", "--format", "csv").splitlines() == [
        "cycle_start,cycle_end,peak,peak_at,unit_price,currency,total,shadow",
        "2025-10-10T09:00:00Z,2025-11-10T00:00:00Z,1,2025-10-15T10:00:00Z,2.40,USD,2.40,true",
        "2025-11-10T00:00:00Z,2025-12-10T00:00:00Z,3,2025-12-05T10:00:00Z,2.40,USD,7.20,true",
        "2025-12-10T00:00:00Z,2026-01-10T00:00:00Z,3,2025-12-10T00:00:00Z,2.40,USD,7.20,true",
    ]
    assert len(old.rows("statements", "--partner", "Old")) == 3


def test_explain_adds_up(old: Console) -> None:
    asked = ("explain", "--partner", "Old", "--cycle", "2025-11-10T00:00:00Z")
    told = old.do(*asked)
    assert "Peak 3 seats, first reached 2025-12-05T10:00:00Z." in told
    assert "3 × 2.40 = 7.20 USD\nNet 7.20 USD: in shadow, not invoiced." in told
    assert "Contoso       2   4.80         2\nFabrikam      1   2.40         1\n" in told
    members = old.rows(*asked)
    assert [(row["account"], row["member"], row["since"]) for row in members] == [
        ("Contoso", "a@x.example", "2025-12-02T10:00:00.123456Z"),
        ("Contoso", "b@x.example", "2025-12-02T10:00:00.123456Z"),
        ("Fabrikam", "a@x.example", "2025-12-05T10:00:00Z"),
    ]


def test_what_is_exported_and_imported_elsewhere_gives_the_same_statements(old: Console) -> None:
    exported = old.do("export-history", "--partner", "Old")
    assert exported.startswith(HEADER)
    old.do("import-history", "--partner", "Copy", *CREATED, old.file(exported, "copy.csv"))
    assert old.rows("statements", "--partner", "Copy") == old.rows("statements", "--partner", "Old")
    assert old.do("export-history", "--partner", "Copy") == exported
    assert old.do("check-books").startswith("The books agree")


def test_the_same_file_again_changes_nothing(old: Console) -> None:
    assert old.do(*IMPORT, old.file(HISTORY)) == "Old has this very file already: nothing was changed.\n"
    assert len(old.rows("statements", "--partner", "Old")) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--currency", "EUR"), "is billed in USD"),
        (("--timezone", "Europe/Madrid"), "The time zone of “Old” is UTC"),
        (("--created", "2025-10-10T09:00:01Z"), "was created at 2025-10-10T09:00:00Z"),
        (("--until", "2026-01-14T00:00:00Z"), "already has the history"),
        (("--partner", "OLD"), "already a partner called “OLD”"),
    ],
)
def test_the_same_file_on_other_terms_is_refused(old: Console, options: tuple[str, str], said: str) -> None:
    assert said in old.refused(*IMPORT, *options, old.file(HISTORY))


def test_another_file_is_refused(old: Console) -> None:
    more = old.file(HISTORY + "2026-01-07T10:00:00Z,New,,live\n", "more.csv")
    assert "already has the history of the file “file.csv”" in old.refused(*IMPORT, more)


def test_a_partner_with_changes_of_its_own_is_refused(console: Console) -> None:
    console.do("partner", "add", "Live", "--currency", "USD")
    created = console.rows("partner", "list")[0]["cycle_start"]
    console.do("account", "add", "A", "--partner", "Live")
    asked = ("import-history", "--partner", "Live", "--created", created)
    assert "no history can be imported" in console.refused(*asked, console.file(HEADER))


def test_it_goes_live_from_a_cycle_to_come(old: Console) -> None:
    old.do("partner", "go-live", "Old", "--from", "2026-03-10T00:00:00+00:00")
    old.do("close", "--now", "2026-05-11T00:00:00Z")
    assert [row["cycle_start"] for row in old.rows("invoices")] == ["2026-03-10T00:00:00Z", "2026-04-10T00:00:00Z"]
    shadows = [row["shadow"] for row in old.rows("statements", "--partner", "Old")]
    assert shadows == ["true"] * 5 + ["false"] * 2
    assert "invoiced since" in old.refused("partner", "go-live", "Old", "--from", "2026-06-10T00:00:00Z")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-01-10T00:00:00Z", "has passed"),
        ("2026-02-11T00:00:00Z", "2026-02-10T00:00:00Z or 2026-03-10T00:00:00Z"),
        ("2026-02-10", "does not say its offset"),
        ("soon", "is not a time"),
        ("9999-12-31T23:59:59Z", "too late"),
        ("2200-01-01T00:00:01Z", "too late"),
    ],
)
def test_it_goes_live_from_no_other_time(old: Console, start: str, said: str) -> None:
    assert said in old.refused("partner", "go-live", "Old", "--from", start)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("at,account,member\n", "It must be: at,account,member,change"),
        ("at;account;member;change\n", "It must be: at,account,member,change"),
        ((HEADER + "2025-11-01T00:00:00Z,Clínica,a@x.example,active\n").encode("latin-1"), "Line 2 of the file is not"),
        (HEADER + "2025-11-01T00:00:00Z,A,\0,active\n", "null characters"),
        (HEADER + "2025-11-01T00:00:00,A,a@x.example,active\n", "does not say its offset"),
        (HEADER + "2025-10-01T00:00:00Z,A,a@x.example,active\n", "before the partner was created"),
        (HEADER + "2026-01-15T12:00:00Z,A,a@x.example,active\n", "after the end of the history"),
        (HEADER + "0001-01-01T00:00:00+14:00,A,a@x.example,active\n", "“0001-01-01T00:00:00+14:00” is not a time"),
        (HEADER + "9999-12-31T23:59:59-14:00,A,a@x.example,active\n", "“9999-12-31T23:59:59-14:00” is not a time"),
        (HEADER + "1760000000,A,a@x.example,active\n", "is not a time"),
        (HEADER + "2025-11-01T00:00:00Z,A,nobody,active\n", "is not an e-mail address"),
        (HEADER + "2025-11-01T00:00:00Z,A,a@x.example,gone\n", "is not a change"),
        (HEADER + "2025-11-01T00:00:00Z,A\n" * 12, "12 rows of the file (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …)"),
        (HEADER + '2025-11-01T00:00:00Z,"A,a@x.example,active\n', "quotation marks"),
    ],
)
def test_a_bad_file_is_refused_as_a_whole(console: Console, text: str | bytes, said: str) -> None:
    assert said in console.refused(*IMPORT, console.file(text))


def test_what_is_no_file_is_refused(console: Console) -> None:
    assert "There is no file" in console.refused(*IMPORT, str(console.folder / "missing.csv"))
    assert "is a folder" in console.refused(*IMPORT, str(console.folder))
    assert "is not an ordinary file" in console.refused(*IMPORT, "/dev/zero")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--created", "2026-01-16T00:00:00Z"), "is still to come"),
        (("--created", "1989-12-31T00:00:00Z"), "too early"),
        (("--created", "0001-01-01T00:00:00+14:00"), "is not a time"),
        (("--created", "20251010"), "does not say its offset"),
        (("--until", "2025-10-10T08:59:59Z"), "The history cannot end at 2025-10-10T08:59:59Z"),
        (("--until", "2026-01-16T00:00:00Z"), "The history cannot end at 2026-01-16T00:00:00Z"),
        (("--currency", "BTC"), "There is no currency “BTC”"),
        (("--timezone", "Madrid"), "There is no time zone called “Madrid”"),
        (("--partner", " Old"), "cannot be a name"),
        (("--partner", "x" * 201), "cannot be a name"),
    ],
)
def test_bad_terms_are_refused(console: Console, options: tuple[str, str], said: str) -> None:
    assert said in console.refused(*IMPORT, *options, console.file(HISTORY))


def test_a_history_without_a_price_book_waits_for_one(console: Console) -> None:
    told = console.do(*IMPORT, "--currency", "JPY", console.file(HISTORY))
    assert "0 statements" in told
    assert "wait for a price book in JPY" in told
    prices = console.file("from,to,unit_price\n1,,240\n", "prices.csv")
    console.do("prices", "load", prices, "--currency", "JPY", "--from", "2020-01-01")
    assert console.do("close") == "3 cycles closed, 0 invoices issued, 0 charges planned.\n"
    assert [row["total"] for row in console.rows("statements", "--partner", "Old")] == ["240", "720", "720"]


@pytest.mark.slow
def test_two_hundred_thousand_rows_are_fine(console: Console) -> None:
    rows = (f"2025-11-{day:02}T00:00:00Z,A{day},u{n}@x.example,active\n" for day in range(1, 21) for n in range(10_000))
    assert "200,000 rows" in console.do(*IMPORT, console.file(HEADER + "".join(rows)))
    assert [row["peak"] for row in console.rows("statements", "--partner", "Old")] == ["90000", "200000", "200000"]
