"""Development tokens are what the product verifies."""

import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.stack import Stack
from local.tokens import Minter
from omnilife.core import jws


class Kms:
    """A KMS with one P-256 key, which answers as KMS does: in DER."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())

    def get_public_key(self, **_):
        return {
            "PublicKey": self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        }

    def sign(self, *, Message, **_):  # noqa: N803 (KMS's own name)
        return {"Signature": self.key.sign(Message, ec.ECDSA(hashes.SHA256()))}


class Deployed(Stack):
    """A stack whose outputs are known without asking."""

    def __init__(self):
        self.outputs = {"SigningKeyArn": "arn:key", "TrustTableName": "trust"}
        self.parameters = {"TokenIssuer": "https://issuer.example", "TokenAudience": "omnilife"}


def test_a_minted_token_is_verified_with_the_key_that_was_published():
    written = {}

    class Dynamo:
        def update_item(self, *, TableName, Key, ExpressionAttributeValues, **_):  # noqa: N803 (DynamoDB's)
            written[TableName] = Key | {n.strip(":"): v for n, v in ExpressionAttributeValues.items()}

    clients = {"kms": Kms(), "dynamodb": Dynamo()}
    token = Minter(clients.__getitem__, Deployed()).mint("merchant", "acme")

    item = written["trust"]
    claims = json.loads(jws.verify(token, json.loads(item["jwk"]["S"])))
    assert (item["pk"]["S"], item["state"]["S"]) == ("KEYS", "signing")
    assert item["key_arn"]["S"] == "arn:key"
    assert (claims["sub"], claims["roles"], claims["iss"]) == ("acme", ["merchant"], "https://issuer.example")
