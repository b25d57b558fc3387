"""People who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from pleamar.models.rows import Row, moment
from pleamar.rules.sign_in_address import checked_sign_in_address, typed_address


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is kept trimmed and in small letters. `created_at` is for the caller to say."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=checked_sign_in_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=typed_address(username or ""))


class User(Row, AbstractBaseUser, PermissionsMixin):
    """Someone who signs in with an e-mail address: staff of the vendor, of a partner, or of an account.

    `language` is the one that they chose for the pages; empty: as their browser asks.
    """

    public_prefix = "usr"

    email = models.TextField(unique=True)
    name = models.TextField(blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = moment()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "pleamar_user"

    def __str__(self) -> str:
        return self.email
