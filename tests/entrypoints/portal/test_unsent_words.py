"""What was sent too late is shown in the words of its page, and no secret is kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from django import forms
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from pleamar.actions.choose_language import choose_language
from pleamar.entrypoints.sign_in.unsent import Unsent
from pleamar.entrypoints.sign_in.unsent_words import unsent_words
from tests.entrypoints.portal.conftest import PASSWORD, Portal
from tests.entrypoints.portal.signing_in import expired, send_login, signed_in

RECIPIENT = {"act": "add_recipient", "email": "ines@northwind.example", "name": "Inés", "language": "es"}


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> Iterator[None]:
    cache.clear()
    with translation.override("en"):  # an answer leaves its language behind
        yield


def back_after(portal: Portal, path: str, sent: Mapping[str, object]) -> Client:
    """A browser in which that was sent too late, and whose owner is back."""
    browser = expired(signed_in(portal.user()))
    browser.post(path, sent)
    send_login(browser, portal.user().email, PASSWORD)
    return browser


def shown(browser: Client) -> list[tuple[str, str]]:
    """Label and value, as they stand on the page."""
    return re.findall(
        r'<dt>([^<]*)</dt><dd class="typed" translate="no">([^<]*)</dd>', browser.get("/unsent").content.decode()
    )


def said(path: str, *fields: tuple[str, str]) -> tuple[list[tuple[str, str]], bool]:
    words = unsent_words(Unsent(path, fields, 1, 0))
    return [(fact.label, fact.value) for fact in words.facts], words.more


def test_a_form_has_its_labels_and_its_choices_their_words(portal: Portal) -> None:
    browser = back_after(portal, "/notifications", RECIPIENT)
    assert shown(browser) == [
        ("E-mail", "ines@northwind.example"),
        ("Name (optional)", "Inés"),
        ("Language of the mails", "Español"),
    ]
    page = browser.get("/unsent").content.decode()
    assert "goes along" not in page
    assert '<a href="/notifications">Notifications</a>' in page
    assert all(f'name="{name}" value="{value}"' in page for name, value in RECIPIENT.items())


def test_in_the_readers_language(portal: Portal) -> None:
    choose_language(portal.user().pk, "es")
    browser = back_after(portal, "/notifications", RECIPIENT)
    assert shown(browser)[0] == ("Correo electrónico", "ines@northwind.example")


def test_what_was_ticked_in_a_table_goes_along(portal: Portal) -> None:
    browser = back_after(portal, "/users/change", {"act": "deactivate", "user": ["mem_1", "mem_2"]})
    assert shown(browser) == []
    page = browser.get("/unsent").content.decode()
    assert "What you had chosen on the page goes along." in page
    assert page.count('name="user"') == 2


def test_words_are_those_of_the_form_of_that_page() -> None:
    told = (("name", "Contoso"), ("begins", "live"), ("typed", "Contoso"), ("limit", ""), ("denied", "x@y.example"))
    facts, more = said("/customers/new", *told)
    assert facts[1] == ("It begins", "live: its users are billed from the moment they are active")
    assert [label for label, _ in facts][2:] == [
        "To open it live, type its name again",
        "Most active users (optional)",
        "Deny list (optional)",
    ]
    assert not more
    assert said("/team", ("act", "invite"), ("email", "a@b.example"), ("role", "viewer"), ("sees_prices", "on"))[0] == [
        ("E-mail", "a@b.example"),
        ("Role", "Viewer"),
        ("Sees prices", "yes"),
    ]
    assert said("/customers/acc_1/limit", ("limit", "5"), ("deactivate", "1")) == ([("Most active users", "5")], True)


def test_a_table_of_forms_tells_what_was_typed_into_it() -> None:
    told = (
        ("acc_1-reference", "CW-7"),
        ("initial-acc_1-reference", "CW-6"),
        ("acc_1-product_code", ""),
        ("customer", "acc_1"),
    )
    assert said("/rebill/terms", *told) == ([("Your reference", "CW-7")], True)


@pytest.mark.parametrize("path", ["/nowhere", "", "/customers/%00", "/usage?x=1"])
def test_a_page_without_forms_is_no_error(path: str) -> None:
    assert said(path, ("email", "a@b.example"), ("act", "x"), ("y", "z")) == ([("E-mail", "a@b.example")], True)


def forms_of_ours(parent: type[forms.Form] = forms.Form) -> Iterator[type[forms.Form]]:
    """Those on pages for people who are signed in."""
    for form in parent.__subclasses__():
        if form.__module__.startswith(("pleamar.entrypoints.portal.", "pleamar.entrypoints.tenant.")):
            yield form
        yield from forms_of_ours(form)


def test_every_field_has_words() -> None:
    assert get_resolver().url_patterns  # all pages are there, and so are their forms
    without = {
        name
        for form in forms_of_ours()
        for name, field in form.base_fields.items()
        if not field.label and not isinstance(field.widget, forms.HiddenInput)
    }
    assert without == {"deactivate"}  # its page says whom it would be


@pytest.mark.parametrize(
    "secret",
    [
        {"password": "hunter-2"},
        {"old_password": "hunter-2"},
        {"code": "123456"},
        {"acc_1-pin": "1234"},
        {"cvc": "123"},
        {"cardnumber": "4242"},
        {"number": "4242 4242 4242 4242"},
        {"message": "4242-4242-4242-4242"},
        {"reason": " 4242424242424242\n"},
    ],
)
def test_no_secret_is_kept(portal: Portal, secret: dict[str, object]) -> None:
    browser = expired(signed_in(portal.user()))
    browser.post("/notifications", {**RECIPIENT, **secret})
    kept = dict(browser.session["unsent"]["fields"])
    assert kept == RECIPIENT


def test_other_numbers_and_codes_are_kept(portal: Portal) -> None:
    browser = expired(signed_in(portal.user()))
    typed = {"acc_1-product_code": "M365-E3", "phone": "+34 600 123 456", "message": "Call 4242424242424242 us"}
    browser.post("/notifications", typed)
    assert dict(browser.session["unsent"]["fields"]) == typed
