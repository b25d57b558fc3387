"""Where one signs in, and what belongs to everybody who does.

Names are allauth's, for it asks for addresses by them. Of its pages these alone exist: there is no signing up, no
changing of addresses, no telephone.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from pleamar.entrypoints.sign_in.brand import brand_colours, brand_logo
from pleamar.entrypoints.sign_in.choose_language import choose_language
from pleamar.entrypoints.sign_in.favicon import favicon
from pleamar.entrypoints.sign_in.invitation_page import invitation_page
from pleamar.entrypoints.sign_in.second_factor_required import second_factor_required
from pleamar.entrypoints.sign_in.security import security
from pleamar.entrypoints.sign_in.send_unsent import send_unsent
from pleamar.entrypoints.sign_in.sign_in_page import sign_in_page as page
from pleamar.entrypoints.sign_in.sign_in_page import sign_out_page
from pleamar.entrypoints.sign_in.single_sign_on import single_sign_on_page, single_sign_on_start
from pleamar.entrypoints.sign_in.start import home
from pleamar.wiring.links import INVITATION
from pleamar.wiring.password_links import FORGOTTEN_PASSWORD, NEW_PASSWORD

_to_security = RedirectView.as_view(pattern_name="security")
_IN = "sign-in/"
_RESET, _RESET_BY_KEY = FORGOTTEN_PASSWORD.removeprefix(_IN), NEW_PASSWORD.removeprefix(_IN)

_password = [
    path("login/", page(account.login), name="account_login"),
    path("logout/", sign_out_page(account.logout), name="account_logout"),
    path("inactive/", page(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", page(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", page(account.password_change), name="account_change_password"),
    # Who has none yet shows by a mail that the address is theirs.
    path("password/set/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path(_RESET, page(account.password_reset), name="account_reset_password"),
    path(f"{_RESET}done/", page(account.password_reset_done), name="account_reset_password_done"),
    path(
        f"{_RESET_BY_KEY}/done/",
        page(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        f"^{_RESET_BY_KEY}/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        page(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]
_second_factor = [
    path("", _to_security, name="mfa_index"),
    path("authenticate/", page(factors.authenticate), name="mfa_authenticate"),
    path("reauthenticate/", page(factors.reauthenticate), name="mfa_reauthenticate"),
    path("totp/activate/", page(totp.activate_totp), name="mfa_activate_totp"),
    path("totp/deactivate/", page(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", page(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", page(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", page(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("webauthn/", _to_security, name="mfa_list_webauthn"),
    path("webauthn/login/", page(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("webauthn/add/", page(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("webauthn/reauthenticate/", page(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", page(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", page(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
]
_single_sign_on = [
    path("cancelled/", page(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("error/", page(social.login_error), name="socialaccount_login_error"),
    path("<str:provider_id>/login/", single_sign_on_start(openid.login), name="openid_connect_login"),
    path(
        "<str:provider_id>/login/callback/",
        single_sign_on_page(openid.callback),
        name="openid_connect_callback",
    ),
]
urlpatterns = [
    path("", home, name="home"),
    path("favicon.ico", favicon, name="favicon"),
    path("language", choose_language, name="choose_language"),
    path("brand.css", brand_colours, name="brand_colours"),
    path("brand-logo", brand_logo, name="brand_logo"),
    path("security", security, name="security"),
    path("second-factor", second_factor_required, name="second_factor_required"),
    path(f"{INVITATION}/<str:token>", invitation_page, name="invitation"),
    path("unsent", send_unsent, name="send_unsent"),
    path(_IN, include(_password)),
    path(f"{_IN}2fa/", include(_second_factor)),
    path(f"{_IN}oidc/", include(_single_sign_on)),
    path(f"{_IN}sessions/", _to_security, name="usersessions_list"),
]
