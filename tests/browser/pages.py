"""What the routes are that are no pages to look at, and who looks at the others."""

from __future__ import annotations

from typing import Final

# Routes that only act (POST), give part of a page, or lead on, whoever asks. Every other one must show a page, or give
# a file: by itself to those named below or the owner of a partner, or else as one of `STATES`.
NO_PAGES: Final[dict[str, str]] = {
    "home": "leads on",
    "choose_language": "acts",
    "brand_colours": "is part of every page",
    "brand_logo": "is part of every page of a vendor that has one",
    "favicon": "leads on",
    "usersessions_list": "leads on",
    "account_set_password": "leads on",
    "mfa_index": "leads on",
    "mfa_list_webauthn": "leads on",
    "mfa_login_webauthn": "acts",
    "mfa_download_recovery_codes": "gives a file, to whoever has a second factor",
    "openid_connect_callback": "comes back from the identity provider, and leads on",
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
        "card_saved",
        "invitation",
        "socialaccount_login_cancelled",
    }
)
