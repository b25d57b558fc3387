"""Django's settings. They only parse the environment; they start nothing and read no file.

Whoever starts a program sees to it that a database answers and exports its address first: the console script
(`config/cli.py`) and the tests' plugin do.
"""

from __future__ import annotations

import os
from pathlib import Path

from pleamar.wiring.database import database_settings

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", ""))}
if owner_url := os.environ.get("PLEAMAR_OWNER_DATABASE_URL"):
    DATABASES["owner"] = database_settings(owner_url)  # may change tables; only migrations use it

SECRET_KEY = os.environ.get("PLEAMAR_SECRET_KEY", "")
DEBUG = False
_HOSTS = os.environ.get("PLEAMAR_HOSTS") or "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = [host.strip() for host in _HOSTS.split(",") if host.strip()]
# Where partners reach us, also where a proxy stands before us and ends their TLS.
if address := os.environ.get("PLEAMAR_ADDRESS", "").rstrip("/"):
    CSRF_TRUSTED_ORIGINS = [address]
    ALLOWED_HOSTS.append(address.partition("//")[2].partition(":")[0])
    CSRF_COOKIE_SECURE = address.startswith("https:")
CSRF_COOKIE_HTTPONLY = True

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "procrastinate.contrib.django",
    "pleamar.config.apps.PleamarConfig",
]
# Only workers know what a task does; whoever wakes one names it.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["pleamar.entrypoints.jobs.tasks", "pleamar.entrypoints.jobs.dated_tasks"]
# A worker that was not there last night makes up for it when it comes.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86_400}

ROOT_URLCONF = "pleamar.config.urls"
WSGI_APPLICATION = "pleamar.config.wsgi.application"
APPEND_SLASH = False
CSRF_FAILURE_VIEW = "pleamar.entrypoints.webhooks.problems.forbidden"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parents[1] / "entrypoints" / "portal" / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",  # refuses hosts that are not ours
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
MIGRATION_MODULES = {"pleamar": "pleamar.models.migrations"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "pleamar.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
