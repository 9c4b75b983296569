"""Access tokens are what `core.tokens` believes, by the key whose turn it is."""

import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from omnilife.core import aws as aws_clients
from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.errors import Unavailable
from omnilife.core.table import Table
from omnilife.core.tokens import TokenVerifier
from omnilife.core.trust import TrustStore
from omnilife.identity import TrustedKeys
from omnilife.identity.key_service import KeyService
from omnilife.identity.sign_tokens import TokenSigner, process_signer
from tests.support.faults import FaultyClient, refusal
from tests.support.waiting import VirtualTime

ISSUER, AUDIENCE = "https://api.example.com", "omnilife"


def a_signer(trust_table: Table, clock: FixedClock, **options: Any) -> TokenSigner:
    kms = KeyService(options.pop("client", None))
    return TokenSigner(
        TrustedKeys(trust_table), kms, issuer=ISSUER, audience=AUDIENCE, clock=clock, **options
    )


def a_token(signer: TokenSigner, **changes: Any) -> str:
    claims: dict[str, Any] = {"subject": "u1", "session_id": "s1", "family": "f1", "roles": ["customer"]}
    return signer.sign(**claims | changes).text


def test_a_token_says_who_it_is_of_and_holds_for_ten_minutes(
    trust_table: Table, kms_key: str, clock: FixedClock
) -> None:
    signer = a_signer(trust_table, clock, make_id=lambda: "j1")
    verifier = TokenVerifier(TrustStore(trust_table), issuer=ISSUER, audience=AUDIENCE, clock=clock)
    now = epoch_seconds(clock.now())

    signed = signer.sign(subject="u1", session_id="s1", family="f1", roles=["merchant", "customer"])

    assert signed.expires_in == 600
    assert verifier.verify(signed.text).model_dump() == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "u1",
        "jti": "j1",
        "sid": "s1",
        "fam": "f1",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "roles": ["customer", "merchant"],
    }
    header = jwt.get_unverified_header(signed.text)
    (row,) = trust_table.query("KEYS", limit=2).items
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": row["sk"]}


def test_pyjwt_believes_it_too(trust_table: Table, kms_key: str) -> None:
    text = a_token(a_signer(trust_table, FixedClock(datetime.now(UTC))))
    (row,) = trust_table.query("KEYS", limit=2).items

    read = jwt.decode(text, jwt.PyJWK(json.loads(row["jwk"])), ["ES256"], audience=AUDIENCE, issuer=ISSUER)

    assert read["sub"] == "u1"


def test_its_text_is_not_shown_by_whoever_prints_it(
    trust_table: Table, kms_key: str, clock: FixedClock
) -> None:
    signed = a_signer(trust_table, clock).sign(subject="u1", session_id="s1", family="f1", roles=[])

    assert signed.text not in repr(signed)


def test_a_token_made_in_the_second_of_a_denial_is_a_second_ahead_and_holds(
    trust_table: Table, kms_key: str, clock: FixedClock
) -> None:
    now = epoch_seconds(clock.now())
    trust = TrustStore(trust_table, clock=clock)
    verifier = TokenVerifier(trust, issuer=ISSUER, audience=AUDIENCE, clock=clock)
    trust_table.put({"pk": "DENY#sub#u1", "sk": "DENY", "before": now + 1, "expires_at": now + 900})

    old = verifier.verify(a_token(a_signer(trust_table, clock)))
    new = verifier.verify(a_token(a_signer(trust_table, clock), not_before=now + 1))

    def denied(issued_at: int) -> bool:
        return trust.denied(session_id="s1", family="f1", subject="u1", issued_at=issued_at)

    assert denied(old.iat)
    assert not denied(new.iat)


def test_keys_are_read_once_a_minute(trust_table: Table, kms_key: str, clock: FixedClock) -> None:
    time = VirtualTime()
    client = FaultyClient(aws_clients.client("dynamodb"))
    signer = a_signer(Table("trust", client), clock, monotonic=time.monotonic)

    for seconds in (0, 59, 1, 59):
        time.elapsed += seconds
        a_token(signer)

    assert len(client.arguments("query")) == 2


def test_without_a_key_nobody_is_signed_in_until_there_is_one(
    trust_table: Table, clock: FixedClock, request: pytest.FixtureRequest
) -> None:
    signer = a_signer(trust_table, clock)
    with pytest.raises(Unavailable) as refused:
        a_token(signer)

    request.getfixturevalue("kms_key")

    assert refused.value.retry_after == 30
    assert a_token(signer)


def test_without_kms_nobody_is_signed_in(trust_table: Table, kms_key: str, clock: FixedClock) -> None:
    client = FaultyClient(aws_clients.client("kms"), sign=[refusal("KMSInternalException", status=500)])

    with pytest.raises(Unavailable):
        a_token(a_signer(trust_table, clock, client=client))


def test_a_process_has_one_signer(trust_table: Table, kms_key: str) -> None:
    assert process_signer() is process_signer()
    assert a_token(process_signer()).count(".") == 2
