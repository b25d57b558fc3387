"""What is more than a page takes is answered with a page, not with a machine's line."""

from __future__ import annotations

import pytest

from tests.entrypoints.portal.conftest import Portal


def test_too_large_and_too_many_are_answered_with_a_page(portal: Portal) -> None:
    browser, where = portal.browser(), f"/customers/{portal.contoso.public_id}/deny-list"
    large = {"act": "look", "how": "add", "patterns": "a@b.example\n" * 300_000}
    for sent in (large, {"act": "remove", "pattern": ["a@b.example"] * 1_001}):
        said = browser.post(where, sent)
        assert said.status_code == 400
        assert said["Content-Type"].startswith("text/html")
        assert "too much at once" in said.content.decode()
        assert "Nothing was changed." in said.content.decode()


def test_pieces_are_answered_with_a_page(portal: Portal) -> None:
    where = f"/customers/{portal.contoso.public_id}/deny-list"
    said = portal.browser().post(where, b"--nothing", content_type="multipart/form-data; boundary=")
    assert said.status_code == 400
    assert "cannot be understood" in said.content.decode()
    assert said["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"Host": "elsewhere.example"}])
def test_programs_and_other_hosts_get_none(portal: Portal, headers: dict[str, str]) -> None:
    where = f"/customers/{portal.contoso.public_id}/deny-list"
    said = portal.browser().post(where, {"patterns": "a" * 3_000_000}, headers=headers)
    assert said.status_code == 400
    assert said["Content-Type"] == "application/problem+json"
