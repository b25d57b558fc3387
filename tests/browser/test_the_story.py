"""A partner's first cycle, wholly in the browser: from the invitation in the mail to the file for its own invoicing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from pleamar.actions.change_seats import change_seats
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.invite_person import invite_person
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Installation, Partner
from pleamar.wiring.clock import move_clock_to
from tests.browser.watched import Watched
from tests.entrypoints.portal.signing_in import code, mail_of_now
from tests.entrypoints.processes import on_the_tests_database
from tests.entrypoints.queued import empty_queue
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

# The partner's first cycle begins on 5 January in Madrid; Dana is invited on the 12th.
OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)
INVITED = datetime(2026, 1, 12, 10, tzinfo=UTC)
DANA, PASSWORD = "dana@northwind-it.example", "tide-comes-in-9"
# Whom Contoso has: 18 people. Twelve of Fabrikam are billed already; each costs $2.40.
CONTOSO: Final = [f"person{number:02}@contoso-dental.example" for number in range(1, 19)]
PEAK, AMOUNT = 30, Decimal("72.00")


@pytest.fixture
def northwind(browser: Browser, committed: Installation, live_server: LiveServer) -> Iterator[Partner]:
    """Open since a week, with one customer of 12 users; nobody of its team has ever signed in."""
    empty_queue()
    clock = SteppedClock(OPENED)
    describe_seller(email="billing@meridian.example", cause=TESTER, now=OPENED)
    new = NewPartner("Northwind IT", "USD", "Europe/Madrid", email="billing@northwind-it.example")
    partner = open_partner(new, created=OPENED, cause=TESTER, now=OPENED)
    fabrikam = open_account(partner.pk, "Fabrikam Freight", cause=TESTER, clock=clock, state="live")
    change_seats(partner.pk, active(fabrikam.pk, emails(12)), cause=TESTER, clock=clock)
    move_clock_to(INVITED)
    invite_person(partner.pk, DANA, "owner", by="Meridian", site=live_server.url, cause=TESTER, now=INVITED)
    yield partner
    empty_queue()


def test_a_first_cycle(
    browser: Browser, live_server: LiveServer, northwind: Partner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLEAMAR_HOME", str(tmp_path))  # web and worker have one home
    with _watched(browser, live_server, tmp_path) as watched:
        page = watched.page
        accepts_the_invitation(page)
        sets_up_the_second_factor_that_owners_must_have(page)
        page.goto(live_server.url)
        puts_in_a_card(page)
        opens_a_customer_with_a_trial(page)
        brings_its_users(watched, tmp_path)
        activates_it(watched)
        sees_the_peak(page)
        moves_the_clock_to_the_cycles_end(page)
        finds_the_invoice_paid(watched)
        follows_the_figure_down_to_the_person(watched)
        downloads_the_invoice(page)
        downloads_what_to_rebill(page, tmp_path)


def accepts_the_invitation(page: Page) -> None:
    (letter,) = (letter for letter in mail_of_now() if letter.to == DANA)
    found = re.search(r"https?://\S+/invitation/\S+", letter.text)
    assert found, letter.text
    page.goto(found[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Join the team of Northwind IT")
    page.fill("input[name=name]", "Dana Marsh")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Accept and sign in").click()


def sets_up_the_second_factor_that_owners_must_have(page: Page) -> None:
    page.wait_for_url("**/second-factor?**")
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.fill("input[name=code]", code(page.locator("code.secret").inner_text()))
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_url("**/recovery-codes/")


def puts_in_a_card(page: Page) -> None:
    _go(page, "Payment")
    expect(_main(page)).to_contain_text("There is none. Without a card, invoices wait as outstanding.")
    _press(page, "Add a card")
    page.wait_for_url("**/payment/sandbox-card/**")
    page.get_by_label("4242 4242 4242 4242").check()
    _press(page, "Put this card on file")
    page.wait_for_url("**/payment")
    expect(_main(page)).to_contain_text("Visa ···· 4242 is on file and is charged from now on.")


def opens_a_customer_with_a_trial(page: Page) -> None:
    _go(page, "Customers")
    _follow(page, "Open a customer")
    page.get_by_label("Customer's name").fill("Contoso Dental")
    expect(page.get_by_label("with a free trial")).to_be_checked()
    _press(page, "Open customer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Contoso Dental")
    expect(_main(page)).to_contain_text("A free trial until 26 Jan 2026")


def brings_its_users(watched: Watched, folder: Path) -> None:
    page, file = watched.page, folder / "contoso.csv"
    _follow(page, "Bring a list of its users")
    file.write_text("\n".join(["email", *CONTOSO, "not an address"]))
    page.set_input_files("input[type=file]", file)
    _press(page, "Show what it does")
    expect(_main(page)).to_contain_text("because of line 20 of the file")
    file.write_text("\n".join(["email", *CONTOSO]))
    page.set_input_files("input[type=file]", file)
    _press(page, "Show what it does")
    expect(_told(page, "New users")).to_have_text("18")
    watched.judge()
    _press(page, "Bring them in")
    expect(_main(page)).to_contain_text("18 rows are on their way in.")
    _work(folder)
    expect(_told(page, "Made active")).to_have_text("18")  # the page asks by itself
    watched.judge()


def activates_it(watched: Watched) -> None:
    page = watched.page
    _follow(page, "Contoso Dental")
    expect(_main(page)).to_contain_text("18 of 50 active users")
    _follow(page, "Activate…")
    now = page.locator("label.option").first
    expect(now).to_contain_text("$43.20 more in this cycle")
    expect(now).to_contain_text("12 → 30")
    expect(now).to_contain_text("$28.80 → $72.00")
    watched.judge()
    now.locator("input[type=radio]").check()
    page.fill("input[name=typed]", "Contoso")
    _press(page, "Activate Contoso Dental")
    expect(page.locator("#id_typed_error")).to_be_visible()  # and what was chosen is kept
    expect(now.locator("input[type=radio]")).to_be_checked()
    page.fill("input[name=typed]", now.locator("kbd").inner_text())
    _press(page, "Activate Contoso Dental")
    page.wait_for_url("**/customers/acc_*")


def sees_the_peak(page: Page) -> None:
    _go(page, "Usage")
    expect(page.locator("#customers tfoot")).to_contain_text(str(PEAK))
    expect(page.locator("#customers tfoot")).to_contain_text(f"${AMOUNT}")
    for customer, share in (("Contoso Dental", "$43.20"), ("Fabrikam Freight", "$28.80")):
        expect(page.get_by_role("row", name=customer)).to_contain_text(share)


def moves_the_clock_to_the_cycles_end(page: Page) -> None:
    page.get_by_role("region", name="Sandbox").get_by_role("button", name="To the next cycle (5 Feb)").click()
    said = _main(page)
    expect(said).to_contain_text("It is now 5 Feb 2026, 00:00 (Europe/Madrid).")
    expect(said).to_contain_text("1 charge paid")


def finds_the_invoice_paid(watched: Watched) -> None:
    page = watched.page
    _go(page, "Invoices")
    row = page.get_by_role("row", name="INV-000001")
    expect(row).to_contain_text("$72.00")
    row.get_by_role("link", name="INV-000001").click()
    expect(_main(page)).to_contain_text("The peak of the cycle was 30 users")
    expect(page.get_by_role("row", name="Outstanding")).to_contain_text("$0.00")
    expect(page.get_by_role("row", name=re.compile("^Paid"))).to_contain_text("$72.00")
    watched.judge()


def follows_the_figure_down_to_the_person(watched: Watched) -> None:
    page = watched.page
    _follow(page, "Explain it")
    expect(page.locator(".headline").first).to_contain_text("30 users at the peak")
    page.get_by_role("region", name="Whose users they were").get_by_role("link", name="Contoso Dental").click()
    expect(page.locator(".headline").first).to_contain_text("18 of 30 users at the peak")
    expect(_main(page)).to_contain_text("Its share: $43.20 of $72.00, before tax.")
    expect(page.locator(".people tbody tr")).to_have_count(len(CONTOSO))
    _follow(page, CONTOSO[6])
    expect(page.get_by_role("region", name="History")).to_contain_text(DANA)
    watched.judge()


def downloads_the_invoice(page: Page) -> None:
    _go(page, "Invoices")
    _follow(page, "INV-000001")
    address = str(_main(page).get_by_role("link", name="PDF").get_attribute("href"))
    answer = page.context.request.get(urljoin(page.url, address))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def downloads_what_to_rebill(page: Page, folder: Path) -> None:
    _go(page, "Rebill")
    page.get_by_label("Period").select_option(index=1)
    expect(page.get_by_role("link", name="Invoice INV-000001")).to_be_visible()
    with page.expect_download() as downloading:
        _follow(page, "Download as CSV")
    downloading.value.save_as(folder / "rebill.csv")
    with (folder / "rebill.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["customer"]: row["users"] for row in rows} == {"Contoso Dental": "18", "Fabrikam Freight": "12"}
    assert sum(int(row["users"]) for row in rows) == PEAK
    assert sum(Decimal(row["cost"]) for row in rows) == AMOUNT


def _work(folder: Path) -> None:
    """What a worker does, in a process of its own as everywhere."""
    with on_the_tests_database(folder) as installed:
        assert installed.begin("worker", "--one-shot").wait(60) == 0, installed.said()


@contextmanager
def _watched(browser: Browser, live_server: LiveServer, folder: Path) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    watched = Watched(context, live_server.url, "en")
    try:
        yield watched
    except BaseException:
        watched.page.screenshot(path=folder / "failed.png", full_page=True)
        raise
    finally:
        context.close()
    assert not watched.found, "\n".join(watched.found)


def _main(page: Page) -> Locator:
    return page.get_by_role("main")


def _go(page: Page, place: str) -> None:
    """Until it has loaded: a choice made before its scripts run waits for "Show" to be pressed, as without them."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True).click()


def _follow(page: Page, link: str) -> None:
    _main(page).get_by_role("link", name=link).first.click()


def _press(page: Page, button: str) -> None:
    _main(page).get_by_role("button", name=button).click()


def _told(page: Page, name: str) -> Locator:
    """The number that stands under a name."""
    return page.locator("dl.numbers > div").filter(has=page.get_by_text(name, exact=True)).locator("dd")
