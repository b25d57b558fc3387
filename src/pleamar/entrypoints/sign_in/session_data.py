"""What a session remembers, as it is written down: encrypted.

It holds what would let a reader of the database in (the secret of an authenticator app that is being set up, the key of
a link for a new password), and what somebody typed.
"""

from __future__ import annotations

import base64
from typing import Any, Final

from django.contrib.sessions.serializers import JSONSerializer

from pleamar.entrypoints.sign_in.ciphers import cipher_for

_PURPOSE: Final = b"pleamar sessions 1"


class EncryptedJson:
    """Django's `SESSION_SERIALIZER`. What no key fits is refused; to Django that is a session without contents."""

    def dumps(self, remembered: Any) -> bytes:
        """By the key of now."""
        return base64.urlsafe_b64decode(cipher_for(_PURPOSE).encrypt(JSONSerializer().dumps(remembered)))

    def loads(self, written: bytes) -> Any:
        """By the key of now, or one of before."""
        return JSONSerializer().loads(cipher_for(_PURPOSE).decrypt(base64.urlsafe_b64encode(written)))
