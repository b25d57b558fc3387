"""What the routes are that are no pages to look at, and who looks at the others."""

from __future__ import annotations

from typing import Final

# Routes that only act (POST), give part of a page, or lead on. Every other one must show a page, or give a file.
NO_PAGES: Final[dict[str, str]] = {
    "home": "leads on",
    "choose_language": "acts",
    "brand_colours": "is part of every page",
    "brand_logo": "is part of every page of a vendor that has one",
    "favicon": "leads on",
    "send_unsent": "leads on where nothing was kept",
    "usersessions_list": "leads on",
    "account_set_password": "leads on",
    "account_reset_password_from_key": "takes a key from a mail",
    "mfa_index": "leads on",
    "mfa_list_webauthn": "leads on",
    "mfa_login_webauthn": "acts",
    "mfa_authenticate": "follows a password",
    "mfa_reauthenticate": "leads on for whoever has no second factor",
    "mfa_reauthenticate_webauthn": "leads on for whoever has no passkey",
    "mfa_deactivate_totp": "is there for whoever has an authenticator app",
    "mfa_view_recovery_codes": "is there for whoever has a second factor",
    "mfa_download_recovery_codes": "is there for whoever has a second factor",
    "mfa_generate_recovery_codes": "is there for whoever has a second factor",
    "mfa_edit_webauthn": "is there for whoever has a passkey",
    "mfa_remove_webauthn": "is there for whoever has a passkey",
    "socialaccount_login_error": "is an error, and says so",
    "openid_connect_login": "leads to the identity provider",
    "openid_connect_callback": "comes back from it",
    "portal:card_entered": "leads on",
    "portal:payment_charging": "is part of portal:payment",
    "portal:sandbox_clock": "acts",
    "portal:sandbox_letter": "is part of portal:sandbox_mail, in its reader's language",
}

# Routes that give a file to save: no page, but to be fetched.
FILES: Final = frozenset(
    {
        "portal:activity_csv",
        "portal:customer_template",
        "portal:deny_list_csv",
        "portal:invoice_pdf",
        "portal:invoices_csv",
        "portal:people_csv",
        "portal:rebill_csv",
        "portal:resale_terms_csv",
        "portal:usage_csv",
        "portal:users_csv",
        "portal:users_file_refused",
        "portal:users_template",
    }
)

# What these must be asked for, to have something to show; `{customer}` and so on as in addresses.py.
ASKED: Final[dict[str, str]] = {
    "portal:activate": "?customer={trial}",
    "portal:users_change": "?act=deactivate&user={user}",
}

# Shown to whoever is not signed in; the rest of signing in is for people who are.
ANONYMOUS: Final = frozenset(
    {
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "invitation",
        "socialaccount_login_cancelled",
    }
)
