"""Signing in with a password, and out again."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from pleamar.models import User
from tests.entrypoints.portal.conftest import PASSWORD, Portal
from tests.entrypoints.portal.signing_in import LOGIN, LOGOUT, is_in, send_login, signed_in


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> None:
    cache.clear()


@pytest.mark.parametrize("typed", ["owner@northwind-it.example", "  Owner@Northwind-IT.Example "])
def test_an_address_is_known_however_it_is_typed(portal: Portal, typed: str) -> None:
    portal.user()
    browser = Client()
    answer = send_login(browser, typed, PASSWORD, to="/customers?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/customers?page=2")
    assert is_in(browser)


def test_who_asks_for_a_page_is_led_to_sign_in_and_back(portal: Portal) -> None:
    portal.user()
    asked = Client().get("/notifications?x=1")
    assert asked["Location"] == "/sign-in/login/?next=%2Fnotifications%3Fx%3D1"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_it_leads_nowhere_else(portal: Portal, elsewhere: str) -> None:
    answer = send_login(Client(), portal.user().email, PASSWORD, to=elsewhere)
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [("owner@northwind-it.example", "wrong"), ("nobody@northwind-it.example", PASSWORD)],
)
def test_it_does_not_say_whether_the_address_or_the_password_is_wrong(
    portal: Portal, email: str, password: str
) -> None:
    portal.user()
    browser = Client()
    answer = send_login(browser, email, password)
    assert answer.status_code == 422
    assert "The email address and/or password you specified are not correct." in answer.content.decode()
    assert f'value="{email}"' in answer.content.decode()
    assert not is_in(browser)


def test_after_five_wrong_passwords_the_right_one_has_to_wait(portal: Portal) -> None:
    user = portal.user()
    for _ in range(5):
        send_login(Client(), user.email, "wrong")
    answer = send_login(Client(), user.email, PASSWORD)
    assert answer.status_code == 422
    assert "Wait up to five minutes before the next sign-in." in answer.content.decode()
    assert send_login(Client(), portal.user("viewer").email, PASSWORD).status_code == 302


def test_another_spelling_of_our_own_name_does_not_start_the_count_anew(portal: Portal) -> None:
    user = portal.user()
    for number in range(5):
        send_login(Client(HTTP_HOST=f"testserver:{1001 + number}"), user.email.upper(), "wrong")
    answer = send_login(Client(HTTP_HOST="testserver:2001"), user.email, PASSWORD)
    assert answer.status_code == 422
    assert "Wait up to five minutes before the next sign-in." in answer.content.decode()


def test_an_address_that_guesses_for_many_has_to_wait(portal: Portal) -> None:
    for number in range(30):
        send_login(Client(REMOTE_ADDR="203.0.113.9"), f"{number}@guessed.example", "wrong")
    answer = send_login(Client(REMOTE_ADDR="203.0.113.9"), portal.user().email, PASSWORD)
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert send_login(Client(REMOTE_ADDR="203.0.113.10"), portal.user().email, PASSWORD).status_code == 302


def test_many_other_counts_do_not_push_one_out(portal: Portal) -> None:
    user = portal.user()
    for _ in range(5):
        send_login(Client(), user.email, "wrong")
    for number in range(400):
        cache.set(f"other-{number}", number, 300)
    assert send_login(Client(), user.email, PASSWORD).status_code == 422


def test_whose_access_was_taken_away_does_not_come_in(portal: Portal) -> None:
    user = portal.user()
    browser = signed_in(user)
    User.objects.update(is_active=False)
    assert browser.get("/notifications")["Location"].startswith(LOGIN)  # at once, in a session that runs
    answer = send_login(Client(), user.email, PASSWORD)
    assert answer["Location"] == "/sign-in/inactive/"
    assert "Your access was taken away." in Client().get("/sign-in/inactive/").content.decode()
    assert "not correct" in send_login(Client(), user.email, "wrong").content.decode()  # and nobody else learns of it


def test_signing_out_takes_a_form_and_leaves_nothing_behind(portal: Portal) -> None:
    browser = signed_in(portal.user())
    browser.get("/security")
    assert browser.cookies["last_user"].value
    assert browser.get(LOGOUT).status_code == 200
    assert is_in(browser)
    assert browser.post(LOGOUT)["Location"] == LOGIN
    assert not is_in(browser)
    assert not browser.cookies["last_user"].value
    assert "You are signed out." in browser.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "password/set/x/", "login/code/", "phone/change/", "2fa/webauthn/signup/",
     "3rdparty/", "3rdparty/signup/", "social/signup/", "oidc/other/login/", "2fa/trust/"],
)  # fmt: skip
def test_what_is_not_ours_does_not_exist(portal: Portal, path: str) -> None:
    for browser in (Client(), signed_in(portal.user())):
        assert browser.get(f"/sign-in/{path}").status_code == 404
        assert browser.post(f"/sign-in/{path}").status_code == 404


@pytest.mark.parametrize(
    "junk", ["\0", "a@\0b.example", "x" * 10_000, "ñ@ß.example", "😀", "\N{ZERO WIDTH SPACE}@b.example"]
)
def test_junk_is_a_form_that_is_shown_again(portal: Portal, junk: str) -> None:
    portal.user()
    for told in ({"login": junk, "password": junk}, {"login": "owner@northwind-it.example", "password": junk}):
        assert Client().post(LOGIN, told).status_code == 422


def test_no_page_is_kept_by_the_browser_and_nothing_runs_but_files_of_ours(portal: Portal) -> None:
    del portal
    answer = Client().get(LOGIN)
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "style=" not in page
    assert page.count("<script") == page.count('<script src="/static/') + page.count('type="application/json"')


def test_a_session_is_noted_with_its_browser_and_not_for_every_page(portal: Portal) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
    browser = signed_in(portal.user(), client=Client(HTTP_USER_AGENT=agent, REMOTE_ADDR="203.0.113.7"))
    browser.get("/security")
    seen = UserSession.objects.get().last_seen_at
    page = browser.get("/security").content.decode()
    assert "Firefox on Windows" in page
    assert "203.0.113.7" in page
    assert UserSession.objects.get().last_seen_at == seen


def test_our_translations_go_before_those_of_the_libraries() -> None:
    """allauth has some of our texts as well, and other words for what they say."""
    with translation.override("es"):
        assert gettext("Sign in with a passkey") == "Iniciar sesión con una llave de acceso"
