"""A yes to a list of people holds for what was shown, also in the job; and what of it is kept, for how long (M12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.entrypoints.jobs.file_tasks import import_waiting_files
from pleamar.models import FileImport, Member, SeatBatch
from pleamar.rules.deny_list import Denied
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.entrypoints.portal.test_users_import import brought, confirmed, lines, shown, worked
from tests.entrypoints.queued import queued
from tests.fakes.people import TESTER, active, emails, inactive


def test_as_many_others_on_a_full_list_are_not_those_who_were_shown(portal: Portal) -> None:
    browser, whose = portal.browser(), (portal.northwind.pk, portal.contoso.pk)
    change_seats(whose[0], inactive(whose[1], emails(1)), cause=TESTER, clock=portal.clock)
    where = brought(browser, portal, lines(emails(25, start=5)), how="full")["Location"]
    text = browser.get(where).content.decode()
    assert "Become inactive</dt><dd>4<" in text
    for change in (inactive(whose[1], emails(1, start=4)), active(whose[1], emails(1))):
        change_seats(whose[0], change, cause=TESTER, clock=portal.clock)
    said = browser.post(where, {"shown": shown(text)})
    assert said.status_code == 409
    assert queued() == []


@pytest.mark.parametrize("what", ["somebody of it", "the peak"])
def test_what_changes_between_the_yes_and_the_work_is_not_done_but_looked_at_again(portal: Portal, what: str) -> None:
    browser, whose = portal.browser(), (portal.northwind.pk, portal.contoso.pk)
    change_seats(whose[0], inactive(whose[1], emails(1)), cause=TESTER, clock=portal.clock)
    where = brought(browser, portal, lines(emails(25, start=5)), how="full")["Location"]
    assert "Become inactive</dt><dd>4<" in browser.get(where).content.decode()
    confirmed(browser, where)
    others = [inactive(whose[1], emails(1, start=4)), active(whose[1], emails(1))]
    for change in others if what == "somebody of it" else [active(portal.fabrikam.pk, emails(3, start=50))]:
        change_seats(whose[0], change, cause=TESTER, clock=portal.clock)
    batches = SeatBatch.unscoped.count()
    file = worked()
    assert (file.state, file.outcome["refused"], bool(file.content)) == ("failed", "changed_since_shown", True)
    assert SeatBatch.unscoped.count() == batches
    text = browser.get(where).content.decode()
    assert "Nobody was brought in." in text
    assert "This has changed since it was shown" in text
    assert browser.post(where, {"act": "again"})["Location"] == where
    assert FileImport.unscoped.get().state == "read"
    assert confirmed(browser, where)["Location"] == where
    file = worked()
    assert (file.state, bytes(file.content)) == ("done", b"")
    assert Member.unscoped.filter(account=portal.contoso, active=True).count() == 25


def test_what_is_not_kept_any_more_is_not_looked_at_again(portal: Portal) -> None:
    browser = portal.browser()
    where = brought(browser, portal, lines(emails(3, start=40)))["Location"]
    confirmed(browser, where)
    change_seats(portal.northwind.pk, active(portal.fabrikam.pk, emails(1, start=50)), cause=TESTER, clock=portal.clock)
    worked()
    portal.at(NOW + timedelta(days=2))
    import_waiting_files(timestamp=1)
    assert bytes(FileImport.unscoped.get().content) == b""
    assert 'value="again"' not in browser.get(where).content.decode()
    assert "is not kept any more" in browser.post(where, {"act": "again"}, follow=True).content.decode()
    assert FileImport.unscoped.get().state == "failed"


def test_who_was_left_out_is_forgotten_after_a_month_and_how_many_they_were_is_not(portal: Portal) -> None:
    entry = [Denied("user0004*@example.com")]
    change_deny_list(portal.northwind.pk, portal.contoso.pk, "add", entry, cause=TESTER, clock=portal.clock)
    browser = portal.browser()
    asked = ["zoe@example.com", "user00040@example.com", "user00041@example.com", "Zoe@Example.com"]
    where = brought(browser, portal, lines(asked))["Location"]
    confirmed(browser, where)
    worked()
    for day, kept in ((29, True), (31, False)):
        portal.at(NOW + timedelta(days=day))
        import_waiting_files(timestamp=1)
        text = browser.get(where).content.decode()
        assert "Left out</dt><dd>3<" in text
        assert ("user00040@example.com" in text) is kept
        assert ("kept for 30 days" in text) is not kept
        rows = b"".join(browser.get(f"{where}/left-out.csv").streaming_content)  # type: ignore[attr-defined]
        assert (b"user00040@example.com" in rows) is kept
    assert "user0004" not in str(FileImport.unscoped.get().outcome)
    assert "3 left out" in browser.get(f"/customers/{portal.contoso.public_id}/import").content.decode()


def test_files_that_wait_are_found_and_those_nobody_wanted_forgotten(portal: Portal) -> None:
    browser = portal.browser()
    where = brought(browser, portal, lines(emails(1)))["Location"]
    confirmed(browser, where)
    brought(browser, portal, lines(emails(2)))
    brought(browser, portal, lines(emails(3)))  # in place of the one before
    assert FileImport.unscoped.filter(state="read").count() == 1
    portal.at(NOW + timedelta(days=2))
    import_waiting_files(timestamp=1)
    file = FileImport.unscoped.get()
    assert file.state == "waiting"
    assert ("import_members_file", {"file_id": file.pk}) in queued()
