"""Django's settings. They only parse the environment; they start nothing and read no file.

Whoever starts a program sees to it that a database answers and exports its address first: the console script
(`config/cli.py`) and the tests' plugin do.
"""

from __future__ import annotations

import os

from pleamar.wiring.database import database_settings

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", ""))}
if owner_url := os.environ.get("PLEAMAR_OWNER_DATABASE_URL"):
    DATABASES["owner"] = database_settings(owner_url)  # may change tables; only migrations use it

SECRET_KEY = os.environ.get("PLEAMAR_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "pleamar.config.apps.PleamarConfig",
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
