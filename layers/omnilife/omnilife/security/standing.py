"""How somebody stands before they try to sign in: locked out or not, and how suspicious."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from omnilife.security.login_policy import Subject
from omnilife.security.scoring import Factor, factor
from omnilife.security.store.attempts import Kept, Place
from omnilife.security.windows import Budget, Window

_WEIGHTS: dict[Subject, tuple[str, float]] = {
    "account": ("attempts_on_the_account", 0.6),
    "account_and_address": ("attempts_of_the_day_from_the_address", 0.3),
    "address": ("attempts_from_the_address", 0.5),
    "device": ("attempts_from_the_device", 0.6),
}


@dataclass(frozen=True, slots=True)
class Lock:
    """A lockout in force."""

    reason: Subject
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands for somebody at an address. `lock`: the longest one in force."""

    lock: Lock | None
    attempts_left: int
    risk: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A subject of an attempt: whose budget, where it is kept, and what is there."""

    subject: Subject
    place: Place
    budget: Budget
    kept: Kept


def longest_lock(counted: Sequence[Counted], now: int) -> Lock | None:
    locked = [each for each in counted if each.kept.window.locked(now)]
    if not locked:
        return None
    longest = max(locked, key=lambda each: each.kept.window.locked_until)
    return Lock(longest.subject, instant(longest.kept.window.locked_until))


def factors_of(counted: Sequence[Counted], windows: Sequence[Window], now: int) -> list[Factor]:
    """Why an attempt is suspicious: the failures around it, and that its device is unknown."""
    found = []
    for each, window in zip(counted, windows, strict=True):
        name, weight = _WEIGHTS[each.subject]
        used = each.budget.attempts if window.locked(now) else len(window.attempts)
        found.append(factor(name, weight, used, each.budget.attempts))
    found.append(factor("earlier_lockouts", 0.5, windows[0].lockouts, 3))
    if counted[0].subject != "device":
        found.append(factor("unknown_device", 0.15, 1, 1))
    return found


def instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def seconds_until(until: datetime, now: int) -> int:
    return -(-(round(until.timestamp() * 1000) - now) // 1000)
