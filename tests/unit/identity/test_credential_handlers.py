"""The functions of passwords, addresses, second factors and roles, with the samples that ship for them."""

from collections.abc import Callable

import pyotp
import pytest

from omnilife.core import aws
from omnilife.core.clock import FixedClock, system_clock
from omnilife.identity.passwords import verify_password
from tests.support.functions import Functions
from tests.support.http import Answer
from tests.unit.identity.owners import ANOTHER, EMAIL, PASSWORD, People

ID = "019ab7d2-6a40-7c31-9f2e-5d1c8a7b3e01"


@pytest.fixture
def clock() -> FixedClock:
    """Now: functions have the machine's own clock."""
    return FixedClock(system_clock.now())


@pytest.fixture
def encryption_key(people: People, monkeypatch: pytest.MonkeyPatch) -> str:
    arn: str = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    monkeypatch.setenv("ENCRYPTION_KEY_ARN", arn)
    return arn


def test_a_forgotten_password_is_set_over_http(call: Callable[..., Answer], people: People) -> None:
    people.add()
    answer = call("forgot_password", body={"email": EMAIL})
    assert (answer.status, answer.json) == (202, {"status": "reset_sent"})

    answer = call("reset_password", body={"token": people.last_link(), "password": ANOTHER})
    assert answer.status == 204
    assert verify_password(people.account().password_hash, ANOTHER)
    assert call("reset_password").json["type"] == "/problems/dead-link"


def test_a_password_is_changed_over_http(call: Callable[..., Answer], people: People) -> None:
    people.add()
    wrong = call("change_password", sub="user-1", body={"current_password": ANOTHER, "new_password": ANOTHER})
    assert (wrong.status, wrong.json["type"]) == (403, "/problems/wrong-password")

    body = {"current_password": PASSWORD, "new_password": ANOTHER}
    assert call("change_password", sub="user-1", body=body).status == 204


def test_an_address_is_changed_over_http(call: Callable[..., Answer], people: People) -> None:
    people.add()
    asked = call("change_email", sub="user-1", body={"email": "new@example.com", "password": PASSWORD})
    assert (asked.status, asked.json["status"]) == (202, "verification_sent")

    changed = call("change_email", sub="user-1", body={"token": people.last_link()})
    assert (changed.status, changed.json["status"]) == (200, "changed")


def test_a_second_factor_is_offered_confirmed_and_removed_over_http(
    call: Callable[..., Answer], people: People, encryption_key: str
) -> None:
    people.add()
    offered = call("enroll_totp", sub="user-1")
    assert offered.status == 201
    totp = pyotp.TOTP(offered.json["secret"])
    assert call("confirm_totp", sub="user-1", body={"code": "abcdef"}).status == 403

    codes = call("confirm_totp", sub="user-1", body={"code": totp.now()}).json["recovery_codes"]
    assert call("enroll_totp", sub="user-1").json["type"] == "/problems/mfa-already-on"
    assert call("remove_totp", sub="user-1", body={"code": codes[0]}).status == 204


def test_roles_are_given_over_http(call: Callable[..., Answer], people: People) -> None:
    people.add(ID)
    given = call("set_roles", body={"roles": ["merchant"]})

    assert (given.status, given.json["roles"]) == (200, ["customer", "merchant"])
    assert call("set_roles", body={"roles": ["owner"]}).status == 422
    assert call("set_roles", role="admin", sub=ID).status == 401  # what was signed before is refused


def test_the_first_administrator_is_made_by_invoking_a_function(people: People, invoke: Functions) -> None:
    people.add()

    assert invoke("identity/make_first_admin", {"email": " Ada@Example.com "}) == {
        "user_id": "user-1",
        "roles": ["admin", "customer"],
    }
