"""Whether, when and how a notification goes out: pure, and every answer with its reason.

In this order, the first that applies:

1. it has expired;
2. it is collected: it has a digest key, and the user wants digests;
3. by channel: suppressed (bounced, complained, stopped), unreachable, or muted by the user;
4. `auto` takes the first channel that is left, the cheapest; the next one later if nobody looks;
5. quiet hours: all of it waits for their end;
6. throttled: too many of its kind in this hour.

Security notifications pass 2, 5, 6 and muting. High priority passes 2 and 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from omnilife.core.limits import Limit
from omnilife.notifications.models import (
    CHANNELS,
    MANDATORY,
    THROTTLED,
    Channel,
    Decided,
    Notification,
    Outcome,
    State,
)
from omnilife.notifications.recipients import Recipient
from omnilife.notifications.wall_clock import next_time, quiet_until, zone

THROTTLE = Limit("notifications", 10, 3600)
"""Price alerts, reminders and marketing, together, a user."""

MONDAY = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a notification now.

    Attributes:
        state: that it goes to.
        deliver: on which channels it goes out now.
        until: when it is looked at again, where the state is `scheduled` or `collected`.
        step: of `auto`: which channel is the next to be tried.
        decided: channel by channel, with reasons.
    """

    state: State
    decided: tuple[Decided, ...]
    deliver: tuple[Channel, ...] = ()
    until: datetime | None = None
    step: int = 0


@dataclass(slots=True)
class _Deciding:
    """The notes of one decision."""

    now: datetime
    decided: list[Decided] = field(default_factory=list)

    def say(self, channel: Channel, outcome: Outcome, reason: str, until: datetime | None = None) -> None:
        self.decided.append(
            Decided(channel=channel, outcome=outcome, reason=reason, at=self.now, until=until)
        )

    def all(
        self,
        channels: Sequence[Channel],
        outcome: Outcome,
        reason: str,
        until: datetime | None = None,
    ) -> tuple[Decided, ...]:
        for channel in channels:
            self.say(channel, outcome, reason, until)
        return tuple(self.decided)


def decide(note: Notification, recipient: Recipient, now: datetime, *, throttled: bool = False) -> Decision:
    """Decide about a notification that is due.

    Args:
        throttled: the user has had as many of this kind as `THROTTLE` allows.
    """
    notes = _Deciding(now)
    candidates = CHANNELS[note.step :] if note.auto else note.channels
    if note.expired(now):
        return Decision("expired", notes.all(candidates, "suppress", "expired"))
    if note.step and _looked_at(note):
        return Decision("queued", notes.all(candidates, "suppress", "seen"), step=len(CHANNELS))
    if not note.step and (window := digest_window(note, recipient, now)):
        return Decision("collected", notes.all(candidates, "collect", "digest", window), until=window)
    chosen, later = _choose(note, recipient, candidates, notes)
    if not chosen:
        return Decision("queued" if note.step else "suppressed", tuple(notes.decided), step=len(CHANNELS))
    return _when(note, recipient, chosen, later, notes, throttled=throttled)


def digest_window(note: Notification, recipient: Recipient, now: datetime) -> datetime | None:
    """When the digest goes out that the notification belongs into; None if into none."""
    wanted = recipient.preferences.digest
    if note.digest_key is None or note.kind != "one" or wanted == "off":
        return None
    if note.category in MANDATORY or note.priority == "high":
        return None
    at = time.fromisoformat(recipient.preferences.digest_at)
    weekday = MONDAY if wanted == "weekly" else None
    return next_time(now, at, zone(recipient.preferences.time_zone), weekday=weekday)


def _looked_at(note: Notification) -> bool:
    return note.read_at is not None or note.opened_at is not None


def _choose(
    note: Notification, recipient: Recipient, candidates: Sequence[Channel], notes: _Deciding
) -> tuple[Sequence[Channel], Sequence[Channel]]:
    """The channels to go out on, and those that may follow."""
    left = [channel for channel in candidates if _is_open(note, recipient, channel, notes)]
    if not note.auto:
        return left, ()
    return left[:1], left[1:] if note.escalate_after_s else ()


def _when(
    note: Notification,
    recipient: Recipient,
    chosen: Sequence[Channel],
    later: Sequence[Channel],
    notes: _Deciding,
    *,
    throttled: bool,
) -> Decision:
    """Now, after the quiet hours, or never."""
    if quiet := _quiet(note, recipient, notes.now):
        return _defer(note, chosen, quiet, notes)
    if throttled and note.category in THROTTLED:
        return Decision("suppressed", notes.all(chosen, "suppress", "throttled"))
    return _send(note, chosen, later, notes)


def _is_open(note: Notification, recipient: Recipient, channel: Channel, notes: _Deciding) -> bool:
    if channel in recipient.suppressed:
        notes.say(channel, "suppress", recipient.suppressed[channel].reason)
    elif not recipient.reachable(channel):
        notes.say(channel, "suppress", "unreachable")
    elif not recipient.preferences.wants(note.category, channel):
        notes.say(channel, "suppress", "muted")
    else:
        return True
    return False


def _quiet(note: Notification, recipient: Recipient, now: datetime) -> datetime | None:
    hours = recipient.preferences.quiet_hours
    if hours is None or note.category in MANDATORY or note.priority == "high":
        return None
    return quiet_until(now, *hours.times, zone(recipient.preferences.time_zone))


def _defer(note: Notification, chosen: Sequence[Channel], until: datetime, notes: _Deciding) -> Decision:
    if note.expired(until):
        return Decision("suppressed", notes.all(chosen, "suppress", "expires_in_quiet_hours"))
    return Decision(
        "scheduled", notes.all(chosen, "defer", "quiet_hours", until), until=until, step=note.step
    )


def _send(
    note: Notification, chosen: Sequence[Channel], later: Sequence[Channel], notes: _Deciding
) -> Decision:
    for channel in chosen:
        notes.say(channel, "deliver", "escalated" if note.step else "wanted")
    step = CHANNELS.index(chosen[-1]) + 1 if note.auto else 0
    if not later or note.escalate_after_s is None:
        return Decision("queued", tuple(notes.decided), deliver=tuple(chosen), step=step)
    until = notes.now + timedelta(seconds=note.escalate_after_s)
    notes.say(later[0], "later", "if_not_seen", until)
    return Decision("scheduled", tuple(notes.decided), deliver=tuple(chosen), until=until, step=step)
