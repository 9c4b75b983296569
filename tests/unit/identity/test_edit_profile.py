"""An account, as its owner sees and changes it."""

from typing import Any

import pytest

from omnilife.core.auth import Caller
from omnilife.core.errors import Invalid, NotFound
from omnilife.core.table import ConditionFailed
from omnilife.identity import ChangedMeanwhile, edit_profile, find_profile
from omnilife.identity.store_accounts import AccountStore
from tests.unit.identity.people import EMAIL, Identity


def edit(identity: Identity, caller: Caller, patch: dict[str, Any]) -> Any:
    return edit_profile(identity.accounts, caller, patch, clock=identity.clock, make_id=identity.make_id)


def test_an_owner_sees_the_account_and_no_hash(identity: Identity) -> None:
    caller = identity.caller(identity.join())

    shown = find_profile(identity.accounts, caller)

    assert (shown.email, shown.name, shown.roles, shown.mfa_enabled) == (EMAIL, "Mina", ["customer"], False)
    assert "argon2" not in shown.model_dump_json()


def test_an_owner_changes_name_and_locale(identity: Identity) -> None:
    caller = identity.caller(identity.join())

    edited = edit(identity, caller, {"name": "  Mina O. ", "locale": "de-AT"})

    assert (edited.name, edited.locale) == ("Mina O.", "de-AT")
    assert find_profile(identity.accounts, caller) == edited
    (event,) = identity.events("ProfileChanged")
    assert event["data"]["fields"] == ["locale", "name"]
    assert "Mina O." not in str(event)
    assert edit(identity, caller, {"locale": None}).locale == "en"


def test_a_patch_that_changes_nothing_writes_nothing(identity: Identity) -> None:
    caller = identity.caller(identity.join())

    edit(identity, caller, {"name": "Mina"})
    edit(identity, caller, {})

    assert identity.events("ProfileChanged") == []


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"roles": ["admin"]}, "/roles"),
        ({"email": "eve@example.com"}, "/email"),
        ({"name": None}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": "4111 1111 1111 1111"}, "/name"),
        ({"name": 7}, "/name"),
        ({"locale": "../../etc"}, "/locale"),
    ],
)
def test_what_is_not_the_owners_to_decide_or_no_good_value_is_refused(
    identity: Identity, patch: dict[str, Any], pointer: str
) -> None:
    caller = identity.caller(identity.join())
    before = identity.accounts.find(caller.subject)

    with pytest.raises(Invalid) as refused:
        edit(identity, caller, patch)

    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert identity.accounts.find(caller.subject) == before


def test_who_has_no_account_is_told_so(identity: Identity) -> None:
    with pytest.raises(NotFound):
        find_profile(identity.accounts, Caller("user", "", "developer"))


def test_a_change_that_was_overtaken_is_made_again_on_what_is_there(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = identity.caller(identity.join())
    save, failed = AccountStore.save, []

    def late(self: AccountStore, *arguments: Any) -> None:
        if not failed:
            failed.append(True)
            edit(identity, caller, {"locale": "de"})
        save(self, *arguments)

    monkeypatch.setattr(AccountStore, "save", late)

    edited = edit(identity, caller, {"name": "Other"})

    assert (edited.name, edited.locale) == ("Other", "de")


def test_who_is_overtaken_again_and_again_is_told_to_try_later(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = identity.caller(identity.join())

    def fail(*_: Any) -> None:
        raise ConditionFailed("account", None)

    monkeypatch.setattr(AccountStore, "save", fail)

    with pytest.raises(ChangedMeanwhile):
        edit(identity, caller, {"name": "Other"})


def test_the_functions_answer(identity: Identity, call: Any) -> None:
    user_id = identity.join().user.user_id

    shown = call("get_me", sub=user_id, role="customer")
    edited = call("update_me", sub=user_id, role="customer")

    assert (shown.status, shown.json["email"]) == (200, EMAIL)
    assert (edited.status, edited.json["name"]) == (200, "Mina O.")
    assert call("get_me", sub="developer", role="customer").status == 404
