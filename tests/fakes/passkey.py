"""A passkey in software, as a browser shows one to a site."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

_PRESENT = AuthenticatorData.FLAG.UP
_VERIFIED = AuthenticatorData.FLAG.UV


class SoftPasskey:
    """One key for one site, made by `create` and used by `get`; it knows its user's handle, so no name is needed."""

    def __init__(self, origin: str = "http://testserver", *, verified: bool = True) -> None:
        self._origin = origin
        self._flags = _PRESENT | _VERIFIED if verified else _PRESENT
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(32)
        self._site, self._handle, self._counter = b"", "", 0

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What a browser sends for a new key."""
        asked = options["publicKey"]
        self._site, self._handle = _hashed(asked["rp"]["id"].encode()), asked["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(b"\0" * 16, self._id, public)
        data = AuthenticatorData.create(self._site, self._flags | AuthenticatorData.FLAG.AT, 0, credential)
        response = {
            "clientDataJSON": websafe_encode(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return {**self._named(response), "clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What a browser sends to sign in."""
        self._counter += 1
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = AuthenticatorData.create(self._site, self._flags, self._counter)
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self._key.sign(bytes(data) + _hashed(client), ec.ECDSA(SHA256()))),
            "userHandle": self._handle,
        }
        return {**self._named(response), "clientExtensionResults": {}}

    def _client(self, kind: str, challenge: str) -> bytes:
        return bytes(CollectedClientData.create(kind, websafe_decode(challenge), self._origin))

    def _named(self, response: dict[str, str]) -> dict[str, Any]:
        number = websafe_encode(self._id)
        return {"id": number, "rawId": number, "type": "public-key", "response": response}


def _hashed(content: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(content)
    return digest.finalize()
