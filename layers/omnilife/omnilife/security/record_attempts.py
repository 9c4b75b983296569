"""Sign-ins that server-side callers report: counted and announced as those of our own login are."""

from omnilife.core.clock import Clock, system_clock
from omnilife.core.ids import IdMaker, new_id
from omnilife.security.attempt_models import LoginReport, LoginStanding
from omnilife.security.events import LoginFailed
from omnilife.security.login_guard import Admitted, LoginGuard
from omnilife.security.problems import AccountLocked


def record_login_attempt(
    guard: LoginGuard,
    report: LoginReport,
    *,
    actor: str,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> LoginStanding:
    """Count a failed sign-in, or forget those before a successful one; says how the account stands after it.

    Where it is locked already, nothing is counted, and a successful sign-in must not be let in.

    Raises:
        Unavailable: others kept counting at the same time.
    """
    address = str(report.ip)
    if report.successful:
        return _record_success(guard, report, address)
    event_id = make_id()

    def announce(admitted: Admitted) -> list[LoginFailed]:
        return [
            LoginFailed.of(
                admitted,
                address=address,
                user_agent=report.user_agent,
                event_id=event_id,
                actor=actor,
                at=clock.now(),
            )
        ]

    try:
        admitted = guard.admit(report.email, address, report.device_token, announce=announce)
    except AccountLocked:
        return _standing(guard, report, address)
    if admitted.locks:
        return _standing(guard, report, address)
    return LoginStanding(
        locked=False,
        attempts_left=admitted.attempts_left,
        risk=admitted.risk,
        suspicious=admitted.suspicious,
    )


def _record_success(guard: LoginGuard, report: LoginReport, address: str) -> LoginStanding:
    before = _standing(guard, report, address)
    if before.locked:
        return before
    guard.disregard(report.email, address, report.device_token)
    after = _standing(guard, report, address)
    if report.user_id is None or guard.knows(report.email, report.device_token):
        return after
    return after.model_copy(update={"device_token": guard.device_token(report.email, report.user_id)})


def _standing(guard: LoginGuard, report: LoginReport, address: str) -> LoginStanding:
    found = guard.standing(report.email, address, report.device_token)
    return LoginStanding(
        locked=found.lock is not None,
        attempts_left=found.attempts_left,
        risk=found.risk,
        suspicious=found.risk >= guard.policy.suspicious_from,
        until=found.lock.until if found.lock else None,
        reason=found.lock.reason if found.lock else None,
    )
