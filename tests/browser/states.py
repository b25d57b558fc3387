"""What pages show besides what their address alone shows: to other people, after a form was sent, when all is refused.

A table of what there is to be seen and how to get there. What people and things there are, `cast.py` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class State:
    """`told`: what is to be seen; `route`: of whose page, or an address that is no route's, or must not be one's.

    `asked` follows the address, and `instead` says which things it names in place of the first of their kind
    (`{"customer": "trial"}`). `sent`: with what the form there is sent. The answer has this `status`, and leads `onto`
    another address, in which `{customer}` and so on stand for
    things; so they do in what is sent.
    """

    told: str
    route: str
    who: str = "owner"
    status: int = 200
    asked: str = ""
    onto: str = ""
    sent: Mapping[str, str] | None = None
    instead: Mapping[str, str] = field(default_factory=dict)


_LONG: Final = "x" * 300
_SET: Final = "/sign-in/password/reset/key/{reset user}-set-password/"

SIGNING_IN: Final = (
    State("wrong password", "account_login", "nobody", 422, sent={"login": "a@b.example", "password": "wrong"}),
    State("nothing typed", "account_login", "nobody", 422, sent={"login": "", "password": ""}),
    State("a code is asked for", "mfa_authenticate", "asked for a code"),
    State("wrong code", "mfa_authenticate", "asked for a code", 422, sent={"code": "000000"}),
    State("not them", "account_reauthenticate", "owner", 422, sent={"password": "wrong"}),
    State("once more by code", "mfa_reauthenticate", "second factor"),
    State("not their code", "mfa_reauthenticate", "second factor", 422, sent={"code": "000000"}),
    State("once more by passkey", "mfa_reauthenticate_webauthn", "second factor"),
    State("once more, several ways", "account_reauthenticate", "second factor"),
    State("single sign-on does not answer", "openid_connect_login", "nobody", 502),
    State("single sign-on failed", "socialaccount_login_error", "nobody", 401),
    State("no address", "account_reset_password", "nobody", 422, sent={"email": "nobody"}),
    State("asked too often", "account_reset_password", "nobody", 429, sent={"email": "{asked often}"}),
    State("a new password", "account_reset_password_from_key", "nobody", onto=_SET),
    State(
        *("an unfit password", "account_reset_password_from_key", "nobody", 422),
        onto=_SET, sent={"password1": "1", "password2": "2"},
    ),
    State(
        *("the link has run out", "account_reset_password_from_key", "nobody"),
        instead={"reset key": "another key"},
    ),
    State("accepted with an unfit password", "invitation", "nobody", 422, sent={"name": "", "password": "1"}),
    State("somebody else is signed in", "invitation", "owner"),
    State("of a customer's own", "invitation", "nobody", instead={"token": "administrator's token"}),
    State("accepted before", "invitation", "nobody", onto="/sign-in/login/", instead={"token": "used token"}),
    State("run out", "invitation", "nobody", 410, instead={"token": "old token"}),
    State("withdrawn", "invitation", "nobody", 410, instead={"token": "withdrawn token"}),
    State("not ours", "/invitation/nothing", "nobody", 404),
)  # fmt: skip

OWN_SIGN_IN: Final = (
    State("all there is", "security", "second factor"),
    State("app to be removed", "mfa_deactivate_totp", "second factor"),
    State("recovery codes", "mfa_view_recovery_codes", "second factor"),
    State("new recovery codes", "mfa_generate_recovery_codes", "second factor"),
    State("passkey to be renamed", "mfa_edit_webauthn", "second factor"),
    State("passkey without a name", "mfa_edit_webauthn", "second factor", 422, sent={"name": ""}),
    State("passkey to be removed", "mfa_remove_webauthn", "second factor"),
    State("another session to be ended", "security", "owner", sent={"session": "0"}, onto="/security"),
    State("app's code is wrong", "mfa_activate_totp", "owner", 422, sent={"code": "1"}),
    State("passkey that is none", "mfa_add_webauthn", "owner", 422, sent={"name": "", "credential": "junk"}),
    State(
        *("unfit passwords", "account_change_password", "owner", 422),
        sent={"oldpassword": "wrong", "password1": "1", "password2": "2"},
    ),
    State("sent too late", "send_unsent", "sent too late"),
)  # fmt: skip

REFUSED: Final = (
    State("nothing here", "/nothing/here", "nobody", 404),
    State("nothing here, inside", "/customers/acc_nobody", "owner", 404),
    State("for another role", "portal:notifications", "viewer", 403),
    State("out of date", "portal:annual_quote", "owner", 403, sent={"csrfmiddlewaretoken": "old", "customer": "A"}),
    State("an error of ours", "portal:help", "owner", 500),
    State("the database is away", "portal:invoice", "owner", 503),
    State("too many fields", "portal:users", "owner", 400, asked="?" + "a=1&" * 1_001),
    State("too much of a stranger", "account_login", "nobody", 413, sent={"login": "x" * 1_000_001, "password": "x"}),
)

PAYING: Final = (
    State("to be confirmed", "confirm_payment", "nobody"),
    State("at the bank", "confirm_payment", "nobody", sent={"wanted": "begin"}),
    State("paid", "confirm_payment", "nobody", instead={"payment token": "paid token"}),
    State("given up", "confirm_payment", "nobody", instead={"payment token": "failed token"}),
    State("no such payment", "/confirm-payment/nothing", "nobody", 404),
    State("waits for its cardholder", "portal:payment", "owner of Tailwind"),
    State("sign-in is blocked", "portal:payment", "owner of Breakwater"),
    State("sign-in is blocked", "portal:usage", "owner of Breakwater"),
    State("no card was entered", "portal:card_entered", onto="/payment"),
    State("no card chosen", "portal:sandbox_card", status=422, sent={"number": ""}),
)

CUSTOMERS: Final = (
    State("no name", "portal:customer_new", status=422, sent={"name": "", "denied": "@"}),
    State("a limit that is no number", "portal:customer_limit", status=422, sent={"limit": "many"}),
    State("a limit below", "portal:customer_limit", sent={"limit": "1"}, status=422),
    State("nothing chosen", "portal:activate", asked="?customer={trial}", status=422, sent={"typed": "x"}),
    State("several at once", "portal:activate", asked="?customer={trial}&customer={planned}"),
    State("live already", "portal:activate", asked="?customer={customer}", onto="/customers/{customer}"),
    State("no file", "portal:customers_import", status=422, sent={"file": ""}),
    State("a file with mistakes", "portal:customers_import", sent={"file": "name\nContoso Dental\n\x01"}),
    State("unpaid, blocked", "portal:customer", instead={"customer": "blocked"}),
    State("closed", "portal:customer", instead={"customer": "closed"}),
    State("tried out", "portal:customer", instead={"customer": "trial"}),
    State("planned", "portal:customer", instead={"customer": "planned"}),
    State("not billed", "portal:customer", instead={"customer": "stopped"}),
    State("nothing found", "portal:customers", asked="?search=nobody"),
    State("no such page of the list", "portal:users", asked="?search=nobody"),
)

USERS: Final = (
    State("to be made active", "portal:users_change", asked="?act=activate&user={inactive user}"),
    State("to be moved", "portal:users_change", asked="?act=move&user={user}"),
    State("to be denied", "portal:users_change", asked="?act=deny&user={user}"),
    State("to be deleted", "portal:users_change", asked="?act=delete&user={user}"),
    State("everybody", "portal:users_change", asked="?act=deactivate&everybody=yes&customer={customer}"),
    State("addresses that are none", "portal:users_import", status=422, sent={"addresses": "nobody", "file": ""}),
    State("a file with mistakes", "portal:users_import", status=422, sent={"addresses": "", "file": "email\nnobody"}),
    State("on its way in", "portal:users_file", instead={"users file": "waiting file"}),
    State("brought in", "portal:users_file", instead={"users file": "done file"}),
    State("not brought in", "portal:users_file", instead={"users file": "failed file"}),
    State(
        "patterns to be denied",
        "portal:deny_list",
        sent={"patterns": "temp-*@contoso-dental.example", "reason": "leavers"},
    ),
    State("patterns that are none", "portal:deny_list", status=422, sent={"patterns": "@", "reason": _LONG}),
    State(
        "by its administrator",
        "tenant:deny_list",
        "administrator",
        sent={"patterns": "temp-*@contoso-dental.example", "reason": ""},
    ),
    State("none of theirs", "tenant:deny_list", "administrator", 422, sent={"patterns": "@", "reason": _LONG}),
)

THE_REST: Final = (
    State("no address", "portal:notifications", status=422, sent={"email": "nobody", "name": "", "language": "es"}),
    State("no threshold", "portal:notifications", status=422, sent={"threshold": "many"}),
    State("invited already", "portal:team", status=422, sent={"email": "new@northwind-it.example", "role": "owner"}),
    State("nobody", "portal:administrators", status=422, sent={"email": "nobody"}),
    State("the last owner", "portal:team_person", status=422, sent={"role": "viewer"}, instead={"teammate": "owner"}),
    State("no users", "portal:annual_quote", status=422, sent={"customer": "", "users": "no", "message": "x"}),
    State("no numbers", "portal:calculator", asked="?users=many&resale=dear"),
    State("what more users cost", "portal:usage", asked="?add=40"),
    State("no price", "portal:resale_terms", status=422, sent={"{customer}-sell_price": "dear"}),
    State("no file", "portal:resale_terms_import", status=422, sent={"file": "a\nb"}),
    State("found nothing", "portal:activity", asked="?who=nobody"),
)

# Pages as somebody sees them who has nothing yet, and as somebody does who sees no prices.
_LISTS: Final = (
    "activity", "all_administrators", "customers", "cycles", "deny_lists", "invoices", "notifications", "payment",
    "rebill", "resale_terms", "sandbox_mails", "team", "usage", "users", "users_import_where",
)  # fmt: skip
_WITHOUT_PRICES: Final = ("customer", "customers", "explain", "usage", "user", "users", "users_import", "users_file")
OTHERS: Final = (
    *(State("nothing yet", f"portal:{name}", "owner of nothing") for name in _LISTS),
    *(State("no prices", f"portal:{name}", "technician") for name in _WITHOUT_PRICES),
    *(State("may only look", f"portal:{name}", "viewer") for name in ("customer", "customers", "users")),
)

STATES: Final = (*SIGNING_IN, *OWN_SIGN_IN, *REFUSED, *PAYING, *CUSTOMERS, *USERS, *THE_REST, *OTHERS)
