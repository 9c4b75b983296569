"""Attempts in sliding windows, and the lockouts that follow: rules without a store or a clock.

A window keeps each attempt with its instant, so that it slides exactly: there is no edge at which twice the
number gets in. The attempt that uses up the budget starts the lockout at once, before anybody knows how it
ends; when it ends well it is given back, and the lockout with it. So nothing that happens between counting
and checking, not even a crash, lets in one attempt too many.

Times are whole milliseconds since 1970.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

FORGET_LOCKOUTS_S = 86_400
"""After a day without one, the next lockout is as short as the first."""

LONGEST_LOCKOUT_S = 86_400
MAX_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Budget:
    """`attempts` within `window_s`; using them up locks for `lockout_s`, the next time for twice that."""

    attempts: int
    window_s: int
    lockout_s: int

    def __post_init__(self) -> None:
        if min(self.attempts, self.window_s, self.lockout_s) < 1:
            raise ValueError("attempts, window_s and lockout_s are at least 1")

    def lockout_ms(self, earlier: int) -> int:
        """How long the lockout after so many earlier ones lasts: at most a day, or as long as the first."""
        longest = max(LONGEST_LOCKOUT_S, self.lockout_s)
        return min(self.lockout_s << min(earlier, MAX_DOUBLINGS), longest) * 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: when, which, and a short name of where it came from."""

    at: int
    attempt_id: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What is remembered of one budget's user.

    Attributes:
        attempts: the latest, oldest first; never more than the budget's number.
        locked_until: when the last lockout ends or ended; 0 for none, and for one that was lifted.
        locked_at: when the last lockout began; 0 for none.
        lockouts: how many there were in a row.
    """

    attempts: tuple[Attempt, ...] = ()
    locked_until: int = 0
    locked_at: int = 0
    lockouts: int = 0

    def locked(self, now: int) -> bool:
        return now < self.locked_until

    def at(self, budget: Budget, now: int) -> "Window":
        """The same with what has passed left out."""
        if self.locked(now):
            return self
        began = now - budget.window_s * 1000
        # What a lockout that is over was for does not count again.
        live = tuple(each for each in self.attempts if each.at > began and each.at >= self.locked_until)
        if now - max(self.locked_at, self.locked_until) >= FORGET_LOCKOUTS_S * 1000:
            return Window(live)
        return replace(self, attempts=live)

    def left(self, budget: Budget, now: int) -> int:
        """How many attempts would be let in now."""
        return 0 if self.locked(now) else budget.attempts - len(self.at(budget, now).attempts)

    def counted(self, budget: Budget, attempt: Attempt) -> "Window":
        """With one more attempt, and locked if it was the last one.

        Raises:
            ValueError: it is locked; nobody may count then.
        """
        if self.locked(attempt.at):
            raise ValueError("locked")
        now = self.at(budget, attempt.at)
        attempts = (*now.attempts, attempt)
        if len(attempts) < budget.attempts:
            return replace(now, attempts=attempts)
        until = attempt.at + budget.lockout_ms(now.lockouts)
        return Window(attempts, until, attempt.at, now.lockouts + 1)

    def without(self, forgiven: Callable[[Attempt], bool], now: int) -> "Window":
        """Without these attempts; a lockout that they were needed for ends."""
        kept = tuple(attempt for attempt in self.attempts if not forgiven(attempt))
        if len(kept) == len(self.attempts):
            return self
        if self.locked(now):
            return Window(kept, 0, self.locked_at, self.lockouts - 1)
        return replace(self, attempts=kept)

    def unlocked(self) -> "Window":
        """As the owner's unlocking leaves it: open, with its lockouts remembered."""
        return replace(self, attempts=(), locked_until=0)
