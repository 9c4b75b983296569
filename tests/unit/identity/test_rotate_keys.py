"""Signing keys are replaced without anybody noticing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from omnilife.core import aws as aws_clients
from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.table import Table
from omnilife.core.tokens import TokenVerifier
from omnilife.core.trust import TrustStore
from omnilife.identity import KeyMaker, TrustedKeys, list_public_keys, rotate_signing_key
from omnilife.identity.key_service import TAG, KeyService
from omnilife.identity.rotation import (
    LAST_TOKEN_S,
    LEAD_S,
    LONGEST_CACHE_S,
    PERIOD_S,
    RETIRED_S,
    TOKEN_LIFE_S,
)
from omnilife.identity.sign_tokens import TokenSigner
from tests.conftest import create_table
from tests.support.faults import FaultyClient, refusal
from tests.support.templates import table_properties

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOTHING: dict[str, list[str]] = {"published": [], "signing": [], "retired": [], "removed": []}


class Deployment:
    """A trust table, KMS with the root template's key, and a clock that all share."""

    def __init__(self, name: str = "trust") -> None:
        self.clock = FixedClock(NOON)
        self.table = create_table(name, table_properties("TrustTable"))
        self.kms = aws_clients.client("kms")
        first = self.kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        self.maker = KeyMaker(first_key_arn=first, tag="omnilife-test")
        self.keys = TrustedKeys(self.table)

    def rotate(self, **options: Any) -> dict[str, list[str]]:
        return rotate_signing_key(self.keys, self.maker, clock=self.clock, **options)

    def after(self, seconds: float) -> dict[str, list[str]]:
        self.clock.advance(seconds=seconds)
        return self.rotate()

    def states(self) -> list[str]:
        return [key.state for key in self.keys.all()]

    def state_in_kms(self, kid: str) -> str:
        (key,) = [key for key in self.keys.all() if key.kid == kid]
        state: str = self.kms.describe_key(KeyId=key.key_arn)["KeyMetadata"]["KeyState"]
        return state

    @property
    def seconds(self) -> float:
        """The clock, as monotonic time."""
        return self.clock.now().timestamp()

    def signer(self) -> TokenSigner:
        return TokenSigner(
            self.keys,
            KeyService(),
            issuer="issuer",
            audience="audience",
            clock=self.clock,
            monotonic=lambda: self.seconds,
        )

    def verifier(self) -> TokenVerifier:
        trust = TrustStore(self.table, clock=self.clock, monotonic=lambda: self.seconds)
        return TokenVerifier(trust, issuer="issuer", audience="audience", clock=self.clock)


@pytest.fixture
def deployment(aws: None) -> Deployment:
    return Deployment()


def test_a_key_waits_longer_than_any_cache_and_stays_longer_than_its_last_token() -> None:
    assert LEAD_S > LONGEST_CACHE_S
    assert RETIRED_S > LAST_TOKEN_S > TOKEN_LIFE_S
    assert PERIOD_S > 2 * (LEAD_S + RETIRED_S)


def test_the_first_run_publishes_the_keys_of_the_template_which_signs_at_once(deployment: Deployment) -> None:
    (kid,) = deployment.rotate()["signing"]

    assert deployment.rotate() == NOTHING
    (key,) = deployment.keys.all()
    assert (key.kid, key.key_arn) == (kid, deployment.maker.first_key_arn)
    assert deployment.signer().sign(subject="u", session_id="s", family="f", roles=[])


def test_a_development_tokens_row_of_the_same_key_is_completed(deployment: Deployment) -> None:
    jwk = deployment.maker.public_key(deployment.maker.first_key_arn)
    deployment.table.put({"pk": "KEYS", "sk": jwk["kid"], "jwk": json.dumps(jwk), "state": "signing"})

    assert deployment.rotate()["signing"] == [jwk["kid"]]


def test_a_key_lives_through_its_states(deployment: Deployment) -> None:
    (first,) = deployment.rotate()["signing"]

    assert deployment.after(PERIOD_S - LEAD_S - 1) == NOTHING
    (second,) = deployment.after(1)["published"]
    assert deployment.states() == ["signing", "published"]
    assert deployment.after(LEAD_S - 1) == NOTHING
    assert deployment.after(1) == {**NOTHING, "signing": [second], "retired": [first]}
    assert deployment.after(RETIRED_S - 1) == NOTHING
    assert deployment.after(1) == {**NOTHING, "removed": [first]}
    assert deployment.states() == ["signing"]


def test_a_key_that_rotation_made_is_tagged_and_given_up_once_it_no_longer_signs(
    deployment: Deployment,
) -> None:
    deployment.rotate()
    (second,) = deployment.rotate(now_please=True)["published"]
    deployment.after(LEAD_S)
    (key,) = [key for key in deployment.keys.all() if key.kid == second]
    tags = deployment.kms.list_resource_tags(KeyId=key.key_arn)["Tags"]
    assert tags == [{"TagKey": TAG, "TagValue": "omnilife-test"}]

    deployment.rotate(now_please=True)
    before = deployment.state_in_kms(second)
    deployment.after(LEAD_S)

    assert (before, deployment.state_in_kms(second)) == ("Enabled", "PendingDeletion")


def test_the_templates_key_is_never_given_up(deployment: Deployment) -> None:
    (first,) = deployment.rotate()["signing"]
    deployment.rotate(now_please=True)
    deployment.after(LEAD_S)

    assert deployment.state_in_kms(first) == "Enabled"


def test_a_job_that_slept_through_a_keys_end_still_gives_it_up(deployment: Deployment) -> None:
    deployment.rotate()
    (second,) = deployment.rotate(now_please=True)["published"]
    deployment.after(LEAD_S)
    arn = next(key.key_arn for key in deployment.keys.all() if key.kid == second)
    deployment.rotate(now_please=True)

    done = deployment.after(LEAD_S + RETIRED_S)

    assert second in done["removed"]
    assert deployment.kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_second_rotation_waits_for_the_first(deployment: Deployment) -> None:
    deployment.rotate()
    deployment.rotate(now_please=True)

    assert deployment.rotate(now_please=True) == NOTHING


def test_of_two_runs_at_once_one_publishes_and_the_other_gives_its_key_up(deployment: Deployment) -> None:
    deployment.rotate()
    seen = deployment.keys.all()

    class Late(TrustedKeys):
        def all(self) -> Any:
            return stale.pop() if stale else super().all()

    class Untagged:  # tags are found some seconds after a key is made
        def get_resources(self, **_: Any) -> dict[str, Any]:
            return {"ResourceTagMappingList": []}

    stale = [seen, seen]
    deployment.rotate(now_please=True)
    done = rotate_signing_key(
        Late(deployment.table),
        replace(deployment.maker, tags=Untagged()),
        clock=deployment.clock,
        now_please=True,
    )

    states = sorted(
        deployment.kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
        for key in deployment.kms.list_keys()["Keys"]
    )
    assert done == NOTHING
    assert deployment.states() == ["signing", "published"]
    assert states == ["Enabled", "Enabled", "PendingDeletion"]


def test_a_step_that_another_run_took_is_not_taken_again(deployment: Deployment) -> None:
    deployment.rotate()
    deployment.rotate(now_please=True)
    deployment.clock.advance(seconds=LEAD_S)
    seen = deployment.keys.all()
    deployment.rotate()

    assert not any(deployment.keys.move(key, "removed") for key in seen)
    assert not any(deployment.keys.move(key, "retired") for key in seen)
    assert deployment.keys.publish(seen[0]) is False


def test_a_key_that_kms_will_not_give_up_is_told_of(deployment: Deployment) -> None:
    client = FaultyClient(
        deployment.kms,
        schedule_key_deletion=[refusal("KMSInvalidStateException"), refusal("AccessDeniedException")],
    )
    maker = KeyMaker(client, first_key_arn=deployment.maker.first_key_arn, tag="t")

    maker.give_up(deployment.maker.first_key_arn)
    with pytest.raises(Exception, match="AccessDenied"):
        maker.give_up(deployment.maker.first_key_arn)


def test_the_function_does_what_is_due_and_by_hand_what_is_asked(
    kms_key: str, trust_table: Table, invoke: Callable[..., Any]
) -> None:
    trust_table.update(
        {"pk": "KEYS", "sk": TrustedKeys(trust_table).all()[0].kid}, set={"signs_from": epoch_seconds(NOON)}
    )

    by_schedule = invoke("identity/rotate_signing_key", {"detail-type": "Scheduled Event"})
    by_hand = invoke("identity/rotate_signing_key", {"rotate": "now"})

    assert by_schedule["published"] == []
    assert len(by_hand["published"]) == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rotate", "rotate now", "sign", "verify", "new signer", "new verifier"]),
        st.integers(0, 2),  # which signer or verifier
        st.one_of(
            st.integers(0, 90), st.integers(0, 900), st.integers(0, 4000)
        ),  # seconds until the next step
    ),
    min_size=10,
    max_size=30,
)


@settings(max_examples=20)
@given(steps=STEPS)
@example(
    [
        ("rotate now", 0, LEAD_S - 1),
        ("sign", 0, 1),
        ("rotate", 0, 310),
        ("new verifier", 0, 0),
        ("verify", 0, 0),
    ]
)
@example([("sign", 0, 0), ("rotate now", 0, LEAD_S), ("sign", 0, 0), ("verify", 0, 0), ("sign", 1, 0)])
def test_no_valid_token_is_refused_whatever_signers_verifiers_and_rotation_do_when(
    steps: list[tuple[str, int, int]],
) -> None:
    """Signers and verifiers keep what they read as long as they may; clients keep the JWKS for as long."""
    with mock_aws():
        aws_clients.reset()
        world = Deployment()
        world.rotate()
        signers = [world.signer() for _ in range(3)]
        verifiers = [world.verifier() for _ in range(3)]
        client_keys: dict[str, Any] = {}
        client_read_at = float("-inf")
        tokens: list[tuple[str, float]] = []
        for step, which, seconds in steps:
            if step.startswith("rotate"):
                world.rotate(now_please=step == "rotate now")
            elif step == "sign":
                signed = signers[which].sign(subject="u", session_id="s", family="f", roles=[])
                tokens.append((signed.text, world.seconds + signed.expires_in))
            elif step == "new signer":
                signers[which] = world.signer()
            elif step == "new verifier":
                verifiers[which] = world.verifier()
            if world.seconds - client_read_at >= 300:
                shown = list_public_keys(world.keys, clock=world.clock).keys
                client_keys, client_read_at = {key.kid: key for key in shown}, world.seconds
            valid = [text for text, expires_at in tokens if world.seconds < expires_at]
            assert {kid_of(text) for text in valid} <= set(client_keys)
            if step == "verify":
                for text in valid:
                    verifiers[which].verify(text)  # raises Unauthorized if it refuses
            world.clock.advance(seconds=seconds)
    aws_clients.reset()


def kid_of(text: str) -> str:

    kid: str = jwt.get_unverified_header(text)["kid"]
    return kid


def test_a_key_whose_maker_died_before_publishing_is_found_by_its_tag_and_used(
    deployment: Deployment,
) -> None:
    deployment.rotate()
    orphan = deployment.maker.create()

    (kid,) = deployment.rotate(now_please=True)["published"]

    (published,) = [key for key in deployment.keys.all() if key.kid == kid]
    assert published.key_arn == orphan
    assert deployment.maker.spare([orphan]) is None


def test_a_key_on_its_way_out_is_no_spare_one(deployment: Deployment) -> None:
    deployment.maker.give_up(deployment.maker.create())

    assert deployment.maker.spare([]) is None


def test_of_two_runs_that_find_the_same_spare_key_the_second_does_not_give_it_up(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.rotate()
    deployment.maker.create()
    stale = deployment.keys.all()
    (kid,) = deployment.rotate(now_please=True)["published"]
    seen = iter([stale, stale])
    all_now = TrustedKeys.all
    monkeypatch.setattr(TrustedKeys, "all", lambda self: next(seen, None) or all_now(self))

    assert deployment.rotate(now_please=True)["published"] == []
    assert deployment.state_in_kms(kid) == "Enabled"
