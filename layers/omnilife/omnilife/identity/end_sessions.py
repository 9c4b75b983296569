"""Sessions: where somebody is signed in, and how that ends: from the next request on."""

from datetime import UTC, datetime

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.errors import NotFound
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.identity.events import SessionEnded, SessionsEnded
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.revoke_sessions import revoke_all
from omnilife.identity.sessions import EndReason, Session, SessionPage
from omnilife.identity.store_sessions import SessionStore

ATTEMPTS = 3


def list_sessions(store: SessionStore, caller: Caller, *, clock: Clock = system_clock) -> SessionPage:
    """The caller's sessions in force. Cost: two consistent reads, of which one is a query."""
    account = store.accounts.find(caller.subject)
    if account is None:
        return SessionPage(items=[])
    now = epoch_seconds(clock.now())
    return SessionPage(
        items=[
            Session(
                **session.model_dump(
                    include={"session_id", "created_at", "last_used_at", "address", "user_agent"}
                ),
                current=session.session_id == caller.session_id,
                expires_at=_instant(min(session.valid_until, session.ends_at)),
            )
            for session in store.newest(caller.subject)
            if session.alive(now, account.epoch)
        ]
    )


def end_session(
    store: SessionStore,
    caller: Caller,
    session_id: str,
    *,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """End one of the caller's sessions.

    Raises:
        NotFound: there is no such session, it is another's, or it is over.
    """
    _end(store, caller, session_id, "ended", clock=clock, make_id=make_id)


def log_out(
    store: SessionStore, caller: Caller, *, clock: Clock = system_clock, make_id: IdMaker = new_id
) -> None:
    """End the caller's own session. One that is not known here, or over, is denied all the same."""
    try:
        _end(store, caller, caller.session_id, "logout", clock=clock, make_id=make_id)
    except NotFound:
        store.save([store.denial("sid", caller.session_id, clock.now())])


def log_out_everywhere(
    store: SessionStore, caller: Caller, *, clock: Clock = system_clock, make_id: IdMaker = new_id
) -> None:
    """End all of the caller's sessions, the one that asks too. Cost: one read, one transaction.

    Raises:
        ChangedMeanwhile: others kept changing the account.
    """
    for _ in range(ATTEMPTS):
        now = clock.now()
        account = store.accounts.find(caller.subject)
        if account is None:
            store.save([store.denial("sub", caller.subject, now, before=epoch_seconds(now) + 1)])
            return
        revocation = revoke_all(store, account, now)
        event = SessionsEnded.of(
            account.user_id,
            account.version + 1,
            event_id=make_id(),
            user_id=account.user_id,
            at=now,
            reason="logout",
        )
        change = store.accounts.change(account, **revocation.account)
        try:
            store.save([change, *revocation.parts], [event])
        except ConditionFailed:
            continue
        return
    raise ChangedMeanwhile


def _end(
    store: SessionStore,
    caller: Caller,
    session_id: str,
    reason: EndReason,
    *,
    clock: Clock,
    make_id: IdMaker,
) -> None:
    now = clock.now()
    account = store.accounts.find(caller.subject)
    session = store.find(caller.subject, session_id)
    if account is None or session is None or not session.alive(epoch_seconds(now), account.epoch):
        raise NotFound("There is no such session.")
    event = SessionEnded.of(
        session_id,
        session.rotations + 2,
        event_id=make_id(),
        user_id=caller.subject,
        at=now,
        session_id=session_id,
        reason=reason,
    )
    try:
        store.save(store.end_parts(session, reason, now), [event])
    except ConditionFailed:
        raise NotFound("There is no such session.") from None  # it ended in this very moment


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
