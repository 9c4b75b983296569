"""Making, listing and ending API keys."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import Conflict, FieldError, Invalid, NotFound
from omnilife.core.events import ReceivedEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.identity.api_keys import ApiKey, ApiKeyPage, CreatedApiKey, NewApiKey
from omnilife.identity.events import ApiKeyCreated, ApiKeyRevoked
from omnilife.identity.store_api_keys import ApiKeyStore, StoredApiKey, has_ended

PREFIX_LENGTH = 12
_CURSOR = "api-keys"


def create_api_key(
    store: ApiKeyStore,
    wanted: NewApiKey,
    *,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> CreatedApiKey:
    """Make a key, valid at once, and say its text: `olk_` and 32 random bytes in base64url.

    With `replaces`, the old key goes on for `overlap_hours`, in which its users change over, and no longer.

    Raises:
        Invalid: the key to be replaced does not exist, has ended, or is of the other kind.
        Conflict: it was changed by somebody else in this moment, or has a successor already.
    """
    now = clock.now()
    text = "olk_" + urlsafe_b64encode(random(32)).rstrip(b"=").decode()
    old = _replaceable(store, wanted, clock) if wanted.replaces else None
    key = ApiKey(
        key_id=make_id(),
        name=wanted.name,
        kind=wanted.kind,
        prefix=text[:PREFIX_LENGTH],
        scopes=sorted(set(wanted.scopes)),
        created_by=caller.actor,
        created_at=now,
        expires_at=now + timedelta(days=wanted.expires_in_days),
        replaces=wanted.replaces,
    )
    shortened = None
    if old is not None:
        end = min(old.key.expires_at, now + timedelta(hours=wanted.overlap_hours))
        ended = old.key.model_copy(update={"expires_at": end, "replaced_by": key.key_id})
        shortened = StoredApiKey(ended, old.hash, old.version + 1)
    event = ApiKeyCreated.of(key, event_id=make_id(), actor=caller.actor)
    try:
        store.create(key, hashlib.sha256(text.encode()).hexdigest(), [event], replaced=shortened)
    except ConditionFailed as failure:
        raise Conflict("The key to be replaced was changed by somebody else. Look again.") from failure
    return CreatedApiKey(**key.model_dump(), key=text)


def list_api_keys(
    store: ApiKeyStore, *, cursors: CursorCodec, limit: int = 20, cursor: str | None = None
) -> ApiKeyPage:
    """Keys with their ends, newest first; a new one is listed within about a second.

    Raises:
        BadCursor: not one of ours.
    """
    before = cursors.read(cursor, bound_to=_CURSOR) if cursor else None
    keys, last = store.newest(limit=limit, before=before)
    return ApiKeyPage(items=keys, next_cursor=cursors.issue(last, bound_to=_CURSOR) if last else None)


def revoke_api_key(
    store: ApiKeyStore,
    key_id: str,
    *,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """End a key: it is refused from the next request on. One that has ended stays as it is.

    Raises:
        NotFound: there is no such key.
        Conflict: somebody else changed it in this moment.
    """
    stored = store.find(key_id)
    if stored is None:
        raise NotFound("There is no such key.")
    if has_ended(stored.key, clock.now()):
        return
    ended = stored.key.model_copy(update={"revoked_at": clock.now()})
    event = ApiKeyRevoked.of(ended, stored.version + 1, event_id=make_id(), actor=caller.actor)
    try:
        store.change(StoredApiKey(ended, stored.hash, stored.version + 1), [event])
    except ConditionFailed as failure:
        raise Conflict("The key was changed by somebody else. Look again.") from failure


def note_key_use(store: ApiKeyStore, event: ReceivedEvent) -> bool:
    """Keep when a key was used, of which a domain tells by `ApiKeyUsed`; whether it was the latest use.

    Events may come again and in any order: only a later time replaces one.
    """
    return store.note_use(event.aggregate_id, event.time)


def _replaceable(store: ApiKeyStore, wanted: NewApiKey, clock: Clock) -> StoredApiKey:
    old = store.find(wanted.replaces or "")
    if old is None or has_ended(old.key, clock.now()):
        raise _cannot("is no key in force")
    if old.key.kind != wanted.kind:
        raise _cannot(f"is a {old.key.kind} key")
    if old.key.replaced_by is not None:
        raise _cannot("has a successor already")
    return old


def _cannot(why: str) -> Invalid:
    return Invalid(errors=[FieldError("/replaces", why)])
