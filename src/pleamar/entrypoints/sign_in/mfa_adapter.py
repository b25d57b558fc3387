"""allauth's second factors, as this installation keeps them: secrets only ever encrypted, under the vendor's name."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken, MultiFernet

from pleamar.entrypoints.sign_in.ciphers import cipher_for
from pleamar.entrypoints.sign_in.frame import Frame

_PURPOSE = b"pleamar second factors 1"


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypts the secrets of authenticator apps and the seeds of recovery codes."""

    def get_totp_issuer(self) -> str:
        """Who is named beside the code in an authenticator app."""
        return Frame().brand.name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that a passkey is for: by its host, under the vendor's name."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": Frame().brand.name}

    def encrypt(self, text: str) -> str:
        """By the key of now."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """By the key of now, or one of before."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            message = (
                "a second factor was encrypted with a secret key that is not known: name the old one in"
                " PLEAMAR_SECRET_KEY_FALLBACKS"
            )
            raise RuntimeError(message) from None


def encrypted_anew(encrypted_text: str) -> str:
    """The same secret by the key of now. Raises InvalidToken where no key fits."""
    return _cipher().rotate(encrypted_text.encode()).decode("ascii")


def _cipher() -> MultiFernet:
    return cipher_for(_PURPOSE)
