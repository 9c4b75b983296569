"""Secrets that must be read again, sealed for one user: envelope encryption with a data key of KMS.

Each secret has a data key of its own (AES-256-GCM), which KMS wrapped under the encryption key with the
context `{"purpose": "totp", "user_id": …}`. Whoever copies a user's sealed secret into another's row cannot
open it, and each opening is in CloudTrail with its user.
"""

import os
from dataclasses import dataclass, field
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.config import Settings
from omnilife.core.errors import Unavailable

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSettings(Settings):
    encryption_key_arn: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed secret: its wrapped data key, and nonce and ciphertext."""

    wrapped_key: bytes = field(repr=False)
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SecretBox:
    """Seals and opens. Cost: one request to KMS each."""

    key_arn: str
    purpose: str
    client: Any = None

    @classmethod
    def from_environment(cls, purpose: str) -> Self:
        return cls(BoxSettings.from_environment().encryption_key_arn, purpose)

    def seal(self, user_id: str, secret: str) -> Sealed:
        """The secret, to be opened for this user only.

        Raises:
            Unavailable: KMS does not answer.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (deferred: see core.lazy)

        key = self._ask("generate_data_key", user_id, KeySpec="AES_256")
        nonce = os.urandom(_NONCE_BYTES)
        box = AESGCM(key["Plaintext"]).encrypt(nonce, secret.encode(), user_id.encode())
        return Sealed(key["CiphertextBlob"], nonce + box)

    def open(self, user_id: str, sealed: Sealed) -> str:
        """What was sealed for this user.

        Raises:
            Unavailable: KMS does not answer.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (deferred: see core.lazy)

        key = self._ask("decrypt", user_id, CiphertextBlob=sealed.wrapped_key)["Plaintext"]
        nonce, box = sealed.box[:_NONCE_BYTES], sealed.box[_NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, box, user_id.encode()).decode()

    def _ask(self, operation: str, user_id: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        client = self.client or aws.client("kms")
        context = {"purpose": self.purpose, "user_id": user_id}
        try:
            return getattr(client, operation)(KeyId=self.key_arn, EncryptionContext=context, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The second factor cannot be checked now. Try again shortly.") from error
