"""An account, as its owner sees and changes it."""

from typing import Any

from pydantic import ValidationError

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.errors import FieldError, Invalid, NotFound
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.identity.accounts import EDITABLE, Account, EditableProfile, User
from omnilife.identity.events import ProfileChanged
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.store_accounts import AccountStore

ATTEMPTS = 3


def find_profile(accounts: AccountStore, caller: Caller) -> User:
    """The caller's own account.

    Raises:
        NotFound: there is none: it was erased, or the token is a development one.
    """
    return _own(accounts, caller).user


def edit_profile(
    accounts: AccountStore,
    caller: Caller,
    patch: dict[str, Any],
    *,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> User:
    """Lay a merge patch over the name and the locale.

    Raises:
        Invalid: of another member, or of no good value; nothing was changed.
        NotFound, ChangedMeanwhile: see `find_profile`; others kept changing it.
    """
    for _ in range(ATTEMPTS):
        account = _own(accounts, caller)
        before = {name: getattr(account, name) for name in EDITABLE}
        after = _patched(before, patch)
        changed = {name: value for name, value in after.items() if value != before[name]}
        if not changed:
            return account.user
        now = clock.now()
        edited = account.model_copy(update={**changed, "updated_at": now, "version": account.version + 1})
        event = ProfileChanged.of(
            account.user_id,
            edited.version,
            event_id=make_id(),
            user_id=account.user_id,
            at=now,
            fields=sorted(changed),
        )
        try:
            accounts.save([accounts.change(account, **changed, updated_at=rfc3339(now))], [event])
        except ConditionFailed:
            continue
        return edited.user
    raise ChangedMeanwhile


def _own(accounts: AccountStore, caller: Caller) -> Account:
    account = accounts.find(caller.subject)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _patched(before: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in {**before, **patch}.items() if value is not None}
    try:
        return EditableProfile.model_validate(kept).model_dump()
    except ValidationError as error:
        raise Invalid(
            errors=[
                FieldError("/" + "/".join(map(str, each["loc"])), each["msg"])
                for each in error.errors(include_url=False, include_input=False)
            ]
        ) from None
