"""Who is told what, in the portal."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.add_recipient import add_recipient
from pleamar.actions.set_alert import set_alert
from pleamar.actions.watch_usage import watch_usage
from pleamar.models import AuditEvent, BillingRecipient, Partner, UsageAlert
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER


def test_a_recipient_is_added_and_removed(portal: Portal) -> None:
    browser = portal.browser()
    asked = {"act": "add_recipient", "email": " Ines@Northwind.example ", "name": "Ines Prado", "language": "es"}
    assert browser.post("/notifications", asked).status_code == 302
    assert "Ines Prado" in browser.get("/notifications").content.decode()
    said = browser.post("/notifications", {**asked, "email": "INES@northwind.example", "name": ""})
    assert said.status_code == 422
    assert "“ines@northwind.example” gets these mails already." in said.content.decode()
    assert BillingRecipient.unscoped.get().name == "Ines Prado"
    browser.post("/notifications", {"act": "remove_recipient", "email": "ines@northwind.example"})
    assert not BillingRecipient.unscoped.exists()


def test_that_the_company_is_told_no_longer_is_said(portal: Portal) -> None:
    Partner.unscoped.filter(pk=portal.northwind.pk).update(email="billing@northwind.example")
    browser, asked = portal.browser(), {"act": "add_recipient", "name": "", "language": ""}
    said = "billing@northwind.example, your company&#x27;s own address, gets them no longer."
    assert said in browser.post("/notifications", {**asked, "email": "a@x.example"}, follow=True).content.decode()
    assert said not in browser.post("/notifications", {**asked, "email": "b@x.example"}, follow=True).content.decode()


def test_the_company_may_name_itself(portal: Portal) -> None:
    Partner.unscoped.filter(pk=portal.northwind.pk).update(email="billing@northwind.example")
    asked = {"act": "add_recipient", "email": "billing@northwind.example", "name": "", "language": ""}
    assert "no longer" not in portal.browser().post("/notifications", asked, follow=True).content.decode()


def test_an_amount_is_kept_in_minor_units(portal: Portal) -> None:
    portal.browser().post("/notifications", {"act": "set_alert", "kind": "amount", "threshold": "250.50"})
    alert = UsageAlert.unscoped.get()
    assert (alert.kind, alert.threshold, alert.currency) == ("amount", 25_050, "USD")


def test_what_is_wrong_stands_beside_its_field(portal: Portal) -> None:
    said = portal.browser().post("/notifications", {"act": "set_alert", "kind": "seats", "threshold": "many"})
    assert said.status_code == 422
    assert 'id="id_threshold_error"' in said.content.decode()
    assert not UsageAlert.unscoped.exists()


def test_it_is_for_who_manages_billing(portal: Portal) -> None:
    assert portal.browser("technician").get("/notifications").status_code == 403


def test_sent_twice_it_is_done_once(portal: Portal) -> None:
    browser = portal.browser()
    add = {"act": "add_recipient", "email": "ines@northwind.example", "name": "Ines Prado", "language": "es"}
    alert = {"act": "set_alert", "kind": "seats", "threshold": "50"}
    for asked, again in ((add, 422), (alert, 302)):  # an address that gets them already is told beside its field
        assert [browser.post("/notifications", asked).status_code for _ in range(2)] == [302, again]
    assert (BillingRecipient.unscoped.count(), UsageAlert.unscoped.count()) == (1, 1)
    gone = (
        {"act": "remove_recipient", "email": "ines@northwind.example"},
        {"act": "remove_alert", "alert": UsageAlert.unscoped.get().public_id},
    )
    for asked in gone:
        assert [browser.post("/notifications", asked).status_code for _ in range(2)] == [302, 302]
    assert (BillingRecipient.unscoped.count(), UsageAlert.unscoped.count()) == (0, 0)
    assert AuditEvent.unscoped.filter(act__in=["remove recipient", "remove alert"]).count() == 2


def test_what_is_another_partner_s_is_not_removed(portal: Portal) -> None:
    add_recipient(portal.tailwind.pk, "luz@tailwind.example", cause=TESTER, now=NOW)
    set_alert(portal.tailwind.pk, "seats", 7, currency="USD", cause=TESTER, now=NOW)
    theirs, browser = UsageAlert.unscoped.get().public_id, portal.browser()
    for asked in (
        *({"act": "remove_alert", "alert": wanted} for wanted in (theirs, "ale_x", "\x00", "")),
        {"act": "remove_recipient", "email": "luz@tailwind.example"},
        {"act": "remove_recipient", "email": "\x00"},
        {"act": "burn"},
    ):
        text = browser.post("/notifications", asked, follow=True).content.decode()
        assert "tailwind" not in text
        assert "pleamar recipient" not in text, "there is no console here"
    assert (BillingRecipient.unscoped.count(), UsageAlert.unscoped.count()) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"act": "add_recipient", "email": "nobody", "language": "en"}, "email"),
        ({"act": "add_recipient", "email": "", "language": "en"}, "email"),
        ({"act": "add_recipient", "email": "ana@northwind.example\x00", "language": "en"}, "email"),
        ({"act": "add_recipient", "email": "ana@northwind.example", "language": "xx"}, "language"),
        ({"act": "set_alert", "kind": "amount", "threshold": "-5"}, "threshold"),
        ({"act": "set_alert", "kind": "amount", "threshold": "1.234"}, "threshold"),
        ({"act": "set_alert", "kind": "amount", "threshold": "9" * 30}, "threshold"),
        ({"act": "set_alert", "kind": "seats", "threshold": "0"}, "threshold"),
        ({"act": "set_alert", "kind": "tides", "threshold": "1"}, "kind"),
    ],
)
def test_what_is_refused_says_where_and_keeps_what_was_typed(portal: Portal, typed: dict[str, str], field: str) -> None:
    said = portal.browser().post("/notifications", typed)
    text = said.content.decode()
    assert said.status_code == 422
    assert f'id="id_{field}_error"' in text
    kept = typed.get("threshold") or typed.get("email", "").rstrip("\x00")
    assert kept in text
    assert not BillingRecipient.unscoped.exists()
    assert not UsageAlert.unscoped.exists()


def test_it_takes_as_many_queries_for_few_as_for_many(portal: Portal) -> None:
    browser = portal.browser()

    def needed() -> int:
        browser.get("/notifications")
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/notifications").status_code == 200
        return len(found)

    def told(numbers: range) -> None:
        for number in numbers:
            email = f"x{number}@northwind.example"
            add_recipient(portal.northwind.pk, email, cause=TESTER, now=NOW)
            set_alert(portal.northwind.pk, "seats", number, currency="USD", cause=TESTER, now=NOW)

    told(range(1, 2))
    few = needed()
    told(range(2, 12))
    assert needed() == few


@pytest.mark.parametrize(
    ("kind", "threshold", "told"),
    [
        ("seats", "42", "The peak of this cycle is 42 already."),
        ("seats", "43", ""),
        ("amount", "100.80", "This cycle comes to $100.80 already."),
        ("amount", "100.81", ""),
        ("growth", "1", ""),
    ],
)
def test_what_is_reached_already_is_said_at_once(portal: Portal, kind: str, threshold: str, told: str) -> None:
    asked = {"act": "set_alert", "kind": kind, "threshold": threshold}
    browser = portal.browser()
    said = browser.post("/notifications", asked, follow=True).content.decode()
    assert "The alert is set." in said
    assert told in said
    promised = "comes in the next minutes" in said or "or nobody is told" in said
    assert promised == bool(told)
    assert watch_usage(now=NOW) == int(bool(told)), "it is true"
    again = browser.post("/notifications", asked, follow=True).content.decode()
    assert " already." not in again, "it has spoken"


def test_whoever_gets_mails_is_promised_one(portal: Portal) -> None:
    asked = {"act": "set_alert", "kind": "seats", "threshold": "5"}
    Partner.unscoped.filter(pk=portal.northwind.pk).update(email="")
    assert "or nobody is told" in portal.browser().post("/notifications", asked, follow=True).content.decode()
    add_recipient(portal.northwind.pk, "ines@northwind.example", cause=TESTER, now=NOW)
    said = portal.browser().post("/notifications", asked, follow=True).content.decode()
    assert "The mail that says so comes in the next minutes." in said
