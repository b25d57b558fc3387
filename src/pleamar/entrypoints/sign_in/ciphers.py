"""What encrypts secrets at rest: by keys made from the installation's secret key, another one for each purpose."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def cipher_for(purpose: bytes) -> MultiFernet:
    """Encrypts by the key of now; decrypts by it or one of before."""
    return MultiFernet([_key(purpose, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@lru_cache(maxsize=16)
def _key(purpose: bytes, secret: str) -> Fernet:
    """A key of its own for this purpose, from which the secret key cannot be found."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(made))
