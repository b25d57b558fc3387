"""Files that we give out are brought back as they are: nobody is another person by it, or billed twice (rule M15)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.set_resale_terms import Terms, set_resale_terms
from pleamar.entrypoints.jobs.file_tasks import import_members_file
from pleamar.models import Account, DenyEntry, FileImport, Member, Meter, ResaleTerms
from pleamar.rules.deny_list import Denied
from pleamar.wording.csv_out import csv_response
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.entrypoints.portal.test_users_import import brought, confirmed
from tests.fakes.people import TESTER, active, emails, inactive

# What a spreadsheet would run, and what looks as if it had been guarded already.
ODD = ["+ana@contoso.example", "=ana@contoso.example", "-ana@contoso.example", "'+ana@contoso.example"]


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def members(account: Account) -> set[str]:
    return set(Member.unscoped.filter(account=account).values_list("email", flat=True))


@pytest.mark.parametrize("how", ["add", "full"])
def test_m15_users(portal: Portal, how: str) -> None:
    change_seats(portal.northwind.pk, active(portal.contoso.pk, ODD), cause=TESTER, clock=portal.clock)
    Member.unscoped.filter(email=ODD[0]).update(display_name="=1+1")
    browser, before = portal.browser(), members(portal.contoso)
    file = content(browser.get(f"/users.csv?customer={portal.contoso.public_id}"))
    for odd in ODD:
        assert f"'{odd}".encode() in file
    where = brought(browser, portal, file, how)["Location"]
    assert "New users</dt><dd>0<" in browser.get(where).content.decode()
    confirmed(browser, where)
    import_members_file(file_id=FileImport.unscoped.get().pk)
    assert FileImport.unscoped.get().outcome["unchanged"] == 34
    assert members(portal.contoso) == before
    assert Meter.unscoped.get(pk=portal.northwind.pk).seats == 46
    assert Member.unscoped.get(email=ODD[0]).display_name == "=1+1"


def test_m15_inactive_users_stay_so(portal: Portal) -> None:
    gone = emails(4)
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, gone), cause=TESTER, clock=portal.clock)
    browser = portal.browser()
    file = content(browser.get(f"/users.csv?customer={portal.contoso.public_id}"))
    page = browser.get(brought(browser, portal, file, "full")["Location"]).content.decode()
    assert "inactive in the list that the portal gave out" in page
    assert "No bill changes by it." in page


def test_m15_users_of_all_customers_are_not_made_those_of_one(portal: Portal) -> None:
    browser = portal.browser()
    said = brought(browser, portal, content(browser.get("/users.csv")), "add")
    page = browser.get(said["Location"]).content.decode() if said.status_code == 302 else said.content.decode()
    assert "The file has users of several customers, such as “Contoso” and “Fabrikam”" in page
    assert Account.unscoped.get(pk=portal.contoso.pk).active_members == 30


def test_m19_deny_list(portal: Portal) -> None:
    entries = [Denied(pattern, "=because") for pattern in [*ODD, "-svc-*@contoso.example"]]
    whose = (portal.northwind.pk, portal.contoso.pk)
    change_deny_list(*whose, "add", entries, cause=TESTER, clock=portal.clock)
    browser, where = portal.browser(), f"/customers/{portal.contoso.public_id}/deny-list"
    file = content(browser.get(f"{where}.csv"))
    change_deny_list(*whose, "remove", entries, cause=TESTER, clock=portal.clock)
    sent = {"act": "look", "how": "replace", "file": SimpleUploadedFile("deny.csv", file)}
    assert browser.post(where, sent).status_code == 302
    kept = DenyEntry.unscoped.filter(account=portal.contoso).values_list("pattern", "reason")
    assert set(kept) == {(one.pattern, one.reason) for one in entries}


def test_m20_customers(portal: Portal) -> None:
    names = ["+Contoso", "=Contoso", "-Contoso", "@Contoso", "'=Contoso"]
    rows = [(name, 5, "+ana@contoso.example", 14) for name in names]
    file = content(csv_response("customers.csv", ("name", "limit", "deny_list", "trial_days"), rows))
    assert file.count(b"'+ana@contoso.example") == 5
    browser = portal.browser()
    where = browser.post("/customers/import", {"file": SimpleUploadedFile("c.csv", file)})["Location"]
    browser.post(where)
    opened = Account.unscoped.filter(partner=portal.northwind, name__endswith="Contoso").exclude(pk=portal.contoso.pk)
    assert sorted(one.name for one in opened) == sorted(names)
    assert set(DenyEntry.unscoped.values_list("pattern", flat=True)) == {"+ana@contoso.example"}


def test_resale_terms(portal: Portal) -> None:
    odd = portal.opened("@Odd")
    terms = [
        Terms(portal.contoso.pk, reference="=1+1", product_code="-x"),
        Terms(odd.pk, reference="'@x", product_code="+1"),
    ]
    set_resale_terms(portal.northwind.pk, terms, cause=TESTER, now=NOW)
    browser = portal.browser()
    file = content(browser.get("/rebill/terms.csv"))
    assert b"'=1+1,'-x" in file
    before = sorted(ResaleTerms.unscoped.values_list("account_id", "reference", "product_code"))
    by_name = b"\n".join(line.partition(b",")[2] for line in file.splitlines())
    for one in (file, by_name):
        said = browser.post("/rebill/terms/import", {"file": SimpleUploadedFile("t.csv", one)})
        assert said.status_code == 302, said.content
        assert sorted(ResaleTerms.unscoped.values_list("account_id", "reference", "product_code")) == before
