"""Development tokens: signed by the deployed KMS key, believed because its public half is in the trust table.

They belong to nobody who registered: identity signs those who did. No product code knows of this module.
"""

import base64
import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local.errors import LocalError
from local.stack import Stack
from omnilife.identity import public_jwk, raw_signature

ROLES = ("customer", "merchant", "admin")
LIFETIME_S = 12 * 3600
"""Longer than production's ten minutes: nobody refreshes a development token."""


class Minter:
    """Signs tokens for one deployed stack."""

    def __init__(self, client: Callable[[str], Any], stack: Stack) -> None:
        self._kms = client("kms")
        self._key = stack.outputs["SigningKeyArn"]
        self._issuer = stack.parameters["TokenIssuer"]
        self._audience = stack.parameters["TokenAudience"]
        self._kid = self._publish(client("dynamodb"), stack.outputs["TrustTableName"])

    def mint(self, role: str, subject: str) -> str:
        """A token of `subject` with `role`.

        Raises:
            LocalError: there is no such role.
        """
        if role not in ROLES:
            raise LocalError(f"ROLE is one of {', '.join(ROLES)}.")
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "jti": uuid.uuid4().hex,
            "sid": f"development-{subject}",
            "fam": f"development-{subject}",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_S,
            "roles": [role],
        }
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._kid}
        signed = f"{_encode_json(header)}.{_encode_json(claims)}"
        der = self._kms.sign(
            KeyId=self._key, Message=signed.encode(), MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
        )["Signature"]
        return f"{signed}.{_encode(raw_signature(der))}"

    def _publish(self, dynamodb: Any, table: str) -> str:
        """As identity's own job does at the first deploy; what it has written since then stays."""
        jwk = public_jwk(self._kms.get_public_key(KeyId=self._key)["PublicKey"])
        members = {
            "jwk": {"S": json.dumps(jwk)},
            "state": {"S": "signing"},
            "key_arn": {"S": self._key},
            "signs_from": {"N": str(int(time.time()))},
        }
        dynamodb.update_item(
            TableName=table,
            Key={"pk": {"S": "KEYS"}, "sk": {"S": jwk["kid"]}},
            UpdateExpression="SET " + ", ".join(f"#{n} = if_not_exists(#{n}, :{n})" for n in members),
            ExpressionAttributeNames={f"#{name}": name for name in members},
            ExpressionAttributeValues={f":{name}": value for name, value in members.items()},
        )
        return jwk["kid"]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _encode_json(value: Mapping[str, Any]) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())
