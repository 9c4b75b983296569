"""The public keys that anybody may have."""

import json
from typing import Any

from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.table import Table
from omnilife.identity import TrustedKeys, list_public_keys
from tests.support.http import Answer
from tests.support.tokens import SigningKey


def publish(table: Table, kid: str, **members: Any) -> SigningKey:
    key = SigningKey.generate(kid)
    table.put({"pk": "KEYS", "sk": kid, "jwk": json.dumps(key.jwk()), "state": "signing", **members})
    return key


def test_a_key_shows_its_public_half_and_nothing_else_of_its_row(
    trust_table: Table, clock: FixedClock
) -> None:
    key = publish(trust_table, "key-1", key_arn="arn:aws:kms:eu-central-1:123456789012:key/1", signs_from=1)

    (shown,) = list_public_keys(TrustedKeys(trust_table), clock=clock).keys

    assert shown.model_dump() == {
        **{name: key.jwk()[name] for name in ("kty", "crv", "x", "y")},
        "kid": "key-1",
        "alg": "ES256",
        "use": "sig",
    }


def test_keys_stand_in_the_order_in_which_they_sign_and_go_when_they_expire(
    trust_table: Table, clock: FixedClock
) -> None:
    now = epoch_seconds(clock.now())
    publish(trust_table, "next", signs_from=now + 900)
    publish(trust_table, "now", signs_from=now - 900)
    publish(trust_table, "past", signs_from=0, expires_at=now + 1)

    shown = list_public_keys(TrustedKeys(trust_table), clock=clock)
    clock.advance(seconds=1)
    later = list_public_keys(TrustedKeys(trust_table), clock=clock)

    assert [key.kid for key in shown.keys] == ["past", "now", "next"]
    assert [key.kid for key in later.keys] == ["now", "next"]


def test_the_answer_may_be_kept_for_five_minutes(invoke: Any, http_event: Any, trust_table: Table) -> None:
    publish(trust_table, "key-1")

    answer = Answer.of(invoke("identity/get_jwks", http_event("GET", "/.well-known/jwks.json")))

    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert [key["kid"] for key in answer.json["keys"]] == ["key-1"]
