"""Roles: given and taken at once, and a first administrator without a default password."""

import pytest

from omnilife.core.clock import epoch_seconds
from omnilife.core.errors import Conflict, NotFound
from omnilife.identity.accounts import Role
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.set_roles import make_first_admin, set_roles
from omnilife.identity.store_accounts import AccountStore
from tests.unit.identity.owners import EMAIL, People


def give(
    people: People, roles: list[Role], user_id: str = "user-1", actor: str = "user:admin-1"
) -> list[Role]:
    return set_roles(
        user_id, roles, sessions=people.sessions, actor=actor, clock=people.clock, make_id=people.ids
    ).roles


def test_a_role_is_in_force_at_once_and_what_was_signed_before_is_refused(people: People) -> None:
    people.add()
    caller = people.sign_in()
    now = epoch_seconds(people.clock.now())

    assert give(people, ["merchant"]) == ["customer", "merchant"]
    assert people.account().roles == ["customer", "merchant"]
    assert not people.believes(caller, now)
    assert not people.signed_in("session-1")
    (told,) = people.events("RolesChanged")
    assert (told["data"]["before"], told["data"]["after"]) == (["customer"], ["customer", "merchant"])


def test_a_role_is_taken(people: People) -> None:
    people.add(roles=["admin", "customer"])

    assert give(people, []) == ["customer"]


def test_the_same_roles_again_change_nothing(people: People) -> None:
    people.add(roles=["customer", "merchant"])
    people.sign_in()
    give(people, ["merchant"])

    assert people.events("RolesChanged") == []
    assert people.signed_in("session-1")


def test_an_administrator_cannot_lock_everybody_out(people: People) -> None:
    people.add(roles=["admin", "customer"])
    with pytest.raises(Conflict):
        give(people, ["merchant"], actor="user:user-1")

    assert give(people, ["admin", "merchant"], actor="user:user-1") == ["admin", "customer", "merchant"]


def test_nobody_and_who_never_verified_get_no_roles(people: People) -> None:
    people.add("user-2", "waiting@example.com", status="unverified")
    for user_id in ("nobody", "user-2"):
        with pytest.raises(NotFound):
            give(people, ["admin"], user_id)


def test_others_who_keep_changing_the_account_are_told_of(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = people.add()
    monkeypatch.setattr(AccountStore, "find", lambda *_: account.model_copy(update={"version": 7}))

    with pytest.raises(ChangedMeanwhile):
        give(people, ["admin"])


def test_the_first_administrator_is_made_of_somebody_who_registered(people: People) -> None:
    people.add(roles=["customer", "merchant"])
    user = make_first_admin(EMAIL, sessions=people.sessions, clock=people.clock, make_id=people.ids)

    assert user.roles == ["admin", "customer", "merchant"]
    assert people.events("RolesChanged")[0]["actor"] == "system:make_admin"
    with pytest.raises(NotFound):
        make_first_admin("nobody@example.com", sessions=people.sessions)
