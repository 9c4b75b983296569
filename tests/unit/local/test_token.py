"""Development tokens are what the product verifies."""

import json
from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from local.stack import Stack
from local.token import Minter, public_jwk, raw_signature
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
        def put_item(self, *, TableName, Item):  # noqa: N803 (DynamoDB's own names)
            written[TableName] = Item

    clients = {"kms": Kms(), "dynamodb": Dynamo()}
    token = Minter(clients.__getitem__, Deployed()).mint("merchant", "acme")

    item = written["trust"]
    claims = json.loads(jws.verify(token, json.loads(item["jwk"]["S"])))
    assert (item["pk"]["S"], item["state"]["S"]) == ("KEYS", "signing")
    assert (claims["sub"], claims["roles"], claims["iss"]) == ("acme", ["merchant"], "https://issuer.example")


@given(r=st.integers(1, 2**256 - 1), s=st.integers(1, 2**256 - 1))
def test_a_signature_is_r_and_s_in_32_bytes_each(r, s):
    raw = raw_signature(encode_dss_signature(r, s))
    assert len(raw) == 64
    assert (int.from_bytes(raw[:32]), int.from_bytes(raw[32:])) == (r, s)


def test_a_published_key_has_its_whole_coordinates():
    jwk = public_jwk(Kms().get_public_key()["PublicKey"])
    assert {len(urlsafe_b64decode(jwk[name] + "=")) for name in ("x", "y")} == {32}
    assert "d" not in jwk
