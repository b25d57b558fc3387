"""Django's settings. They only parse the environment; they start nothing and read no file.

Whoever starts a program sees to it that a database answers and exports its address first: the console script
(`config/cli.py`) and the tests' plugin do.
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from pleamar.wiring.database import database_settings
from pleamar.wiring.openid import openid_providers

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", ""))}
if owner_url := os.environ.get("PLEAMAR_OWNER_DATABASE_URL"):
    DATABASES["owner"] = database_settings(owner_url)  # may change tables; only migrations use it

SECRET_KEY = os.environ.get("PLEAMAR_SECRET_KEY", "")
# Keys of before: what was signed or encrypted with them is still read, so that a key can be changed.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("PLEAMAR_SECRET_KEY_FALLBACKS", "").split() if key]
DEBUG = False
_HOSTS = os.environ.get("PLEAMAR_HOSTS") or "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = [host.strip() for host in _HOSTS.split(",") if host.strip()]
# Where partners reach us, also where a proxy stands before us and ends their TLS.
if address := os.environ.get("PLEAMAR_ADDRESS", "").rstrip("/"):
    CSRF_TRUSTED_ORIGINS = [address]
    ALLOWED_HOSTS.append(address.partition("//")[2].partition(":")[0])
IS_SECURE = address.startswith("https:")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_SECURE else 0
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "pleamar.config.apps.PleamarConfig",
    "pleamar.entrypoints.sign_in.apps.SignInConfig",
    "pleamar.entrypoints.portal.apps.PortalConfig",
    "pleamar.entrypoints.tenant.apps.TenantConfig",
]
# Only workers know what a task does; whoever wakes one names it.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
_TASKS = ("tasks", "dated_tasks", "file_tasks")
PROCRASTINATE_IMPORT_PATHS = [f"pleamar.entrypoints.jobs.{name}" for name in _TASKS]
# A worker that was not there last night makes up for it when it comes.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86_400}

ROOT_URLCONF = "pleamar.config.urls"
WSGI_APPLICATION = "pleamar.config.wsgi.application"
APPEND_SLASH = False
CSRF_FAILURE_VIEW = "pleamar.config.errors.forbidden"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parents[1] / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pleamar.entrypoints.sign_in.frame.frame",
            ],
            "libraries": {"written": "pleamar.wording.template_tags"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "pleamar.wording.template_tags"],
        },
    }
]
MIDDLEWARE = [
    "pleamar.entrypoints.sign_in.strict_transport.StrictTransportMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",  # both before what reads the database, so that they are told of every answer
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",  # refuses hosts that are not ours
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pleamar.entrypoints.sign_in.language.PreferredLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pleamar.entrypoints.sign_in.seen.SeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pleamar.entrypoints.sign_in.body_limits.BodyLimitsMiddleware",
]
# Nothing comes from anywhere but here, and nothing on a page runs but our own files. A form may lead on to the payment
# provider's page, on which a card is entered.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, "https://checkout.stripe.com"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# Several web servers share what they count: failed sign-ins, codes that were used.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        # Django throws entries away beyond this, also those that still count; what has expired goes every night.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_SERIALIZER = "pleamar.entrypoints.sign_in.session_data.EncryptedJson"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parents[1] / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept in files
    "staticfiles": {"BACKEND": "pleamar.config.static_files.VersionedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 365 * 24 * 60 * 60  # the address of a file changes with what is in it

MIGRATION_MODULES = {"pleamar": "pleamar.models.migrations"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "pleamar.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "pleamar.entrypoints.sign_in.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever is invited shows by that link that the address is theirs
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "pleamar.entrypoints.sign_in.sign_in_form.SignInForm",
    "reset_password": "pleamar.entrypoints.sign_in.password_forms.ForgottenPasswordForm",
    "reset_password_from_key": "pleamar.entrypoints.sign_in.password_forms.NewPasswordForm",
    "change_password": "pleamar.entrypoints.sign_in.password_forms.ChangedPasswordForm",
    "reauthenticate": "pleamar.entrypoints.sign_in.password_forms.ConfirmingPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_SECURE else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key", "reset_password": "20/m/ip,3/15m/key,10/d/key"}
PASSWORD_RESET_TIMEOUT = 60 * 60
MFA_ADAPTER = "pleamar.entrypoints.sign_in.mfa_adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there are none: see above
MFA_FORMS = {
    "authenticate": "pleamar.entrypoints.sign_in.code_forms.CodeForm",
    "reauthenticate": "pleamar.entrypoints.sign_in.code_forms.ConfirmingCodeForm",
    "activate_totp": "pleamar.entrypoints.sign_in.code_forms.FirstCodeForm",
    "add_webauthn": "pleamar.entrypoints.sign_in.passkey_forms.AddPasskeyForm",
    "login_webauthn": "pleamar.entrypoints.sign_in.passkey_forms.PasskeySignInForm",
    "authenticate_webauthn": "pleamar.entrypoints.sign_in.passkey_forms.PasskeyStepForm",
    "reauthenticate_webauthn": "pleamar.entrypoints.sign_in.passkey_forms.ConfirmingPasskeyForm",
    "edit_webauthn": "pleamar.entrypoints.sign_in.passkey_forms.RenamePasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE  # browsers allow it on localhost alone
SOCIALACCOUNT_ADAPTER = "pleamar.entrypoints.sign_in.social_adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = openid_providers(os.environ)
# A link: forms of ours may lead nowhere else, and it lets in only who is known.
SOCIALACCOUNT_LOGIN_ON_GET = True
USERSESSIONS_TRACK_ACTIVITY = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
# Ours go before those of the libraries, which have some of the same texts.
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
