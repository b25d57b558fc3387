"""Lists of people that are refused because of their rows: each is named, and nobody is brought in (rule M19)."""

from __future__ import annotations

from datetime import timedelta

from pleamar.actions.forget_files import NAMES_KEPT, forget_files
from pleamar.models import FileImport, Member
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.entrypoints.portal.test_users_import import brought


def test_each_bad_row_is_named_and_all_of_them_can_be_downloaded(portal: Portal) -> None:
    browser, people = portal.browser(), Member.unscoped.count()
    wrong = [*(f"nobody{number}" for number in range(24)), "=1+1"]
    content = "\n".join(["email,name", "ana@example.com,Ana", *(f"{text},x" for text in wrong), "ben@example.com,B,C"])
    for _ in range(2):  # the second time in place of the first
        said = brought(browser, portal, content.encode())
    text = said.content.decode()
    assert said.status_code == 422
    assert "because of 26 rows of the file." in text
    assert "Line 3: “nobody0” is not an e-mail address" in text
    assert ("“nobody19”" in text, "“nobody20”" in text, "and 6 more" in text) == (True, False, True)
    file = FileImport.unscoped.get()
    assert (file.state, file.name, bytes(file.content)) == ("failed", "users.csv", b"")
    assert Member.unscoped.count() == people
    where = f"/customers/{portal.contoso.public_id}/import/{file.public_id}"
    assert f'href="{where}/left-out.csv"' in text
    rows = b"".join(browser.get(f"{where}/left-out.csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert rows[:2] == ["line,email,reason", "3,nobody0,“nobody0” is not an e-mail address"]
    assert rows[25:] == [
        "27,'=1+1,“=1+1” is not an e-mail address",
        "28,,its number of columns is 3 and the header's is 2",
    ]
    page = browser.get(where).content.decode()
    assert "Nobody was brought in." in page
    assert ("Line 3</" in page or "Line 3:" in page, "and 6 more" in page) == (True, True)
    forget_files(now=NOW + NAMES_KEPT + timedelta(days=1))
    page = browser.get(where).content.decode()
    assert ("because of 26 rows" in page, "Line 3" in page) == (True, False)
