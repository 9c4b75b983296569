"""Timers: executions of a state machine that wait. The row is the truth; a timer only says when to look.

An execution is named `<notification id>-<version>`, so that one that exists already is the same timer.
Timers are set for what is due within a quarter of an hour: as soon as it is scheduled, or by a run every five
minutes. A timer that is lost, or was never set, is made up for by the sweep, within a minute.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.attributes import item_from_wire
from omnilife.core.clock import Clock, parse_rfc3339, rfc3339, system_clock
from omnilife.core.config import Settings
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.notifications.queues import Queues
from omnilife.notifications.route import Router, fire
from omnilife.notifications.store_notes import MAX_SWEEPS, SHARDS, NoteStore

HORIZON = timedelta(minutes=15)
LOST_AFTER = timedelta(seconds=5)
"""A scheduled notification that is late by so much has no timer."""

STUCK_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerSettings(Settings):
    timer_machine_arn: str


@dataclass(frozen=True, slots=True)
class Timers:
    """Sets timers."""

    machine: str
    client: Any = None

    @classmethod
    def from_environment(cls) -> Self:
        return cls(TimerSettings.from_environment().timer_machine_arn)

    def set_for(self, timer: Mapping[str, Any]) -> bool:
        """Set a timer by its message in the queue."""
        return self.set(timer["notification_id"], timer["version"], parse_rfc3339(timer["due_at"]))

    def set(self, notification_id: str, version: int, due_at: datetime) -> bool:
        """Set a timer; False if there was one that is over. One that still waits is the same one."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        client = self.client or aws.client("stepfunctions")
        timer = {"notification_id": notification_id, "version": version, "due_at": rfc3339(due_at)}
        try:
            client.start_execution(
                stateMachineArn=self.machine, name=f"{notification_id}-{version}", input=json.dumps(timer)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
            return False
        return True


def arm_due(notes: NoteStore, timers: Timers, *, clock: Clock = system_clock) -> int:
    """Set the timers of all that is due within the horizon; returns how many are new."""
    until = clock.now() + HORIZON
    made = sum(
        timers.set(note.notification_id, note.version, note.due_at)
        for note, _ in notes.due(until)
        if note.state == "scheduled"
    )
    count("TimersSet", made)
    return made


def dispatch(
    stream_event: Mapping[str, Any], queues: Queues, *, clock: Clock = system_clock
) -> dict[str, Any]:
    """Lay what the table's stream tells of into the queues: what is due at once, and timers to set soon.

    All of a batch goes, or all of it comes again; a notification that is routed twice is sent once.
    """
    soon = rfc3339(clock.now() + HORIZON)
    due, timers = [], []
    for record in stream_event["Records"]:
        image = item_from_wire(record["dynamodb"].get("NewImage", {}))
        if image.get("entity") != "notifications":
            continue
        old = item_from_wire(record["dynamodb"].get("OldImage", {}))
        if image["state"] == "due" and record["eventName"] == "INSERT":
            due.append(image["notification_id"])
        is_new = (old.get("version"), old.get("state")) != (image["version"], image["state"])
        if image["state"] == "scheduled" and is_new and image["due_at"] <= soon:
            timers.append({name: image[name] for name in ("notification_id", "version", "due_at")})
    queues.route(due)
    queues.arm(timers)
    return {"batchItemFailures": []}


def sweep(
    router: Router,
    queues: Queues,
    *,
    may_go_on: Callable[[], bool],
    shards: Sequence[int] = range(SHARDS),
) -> dict[str, int]:
    """Fire what is late, and have what is stuck routed again; returns how many of each."""
    now = router.clock.now()
    late = stuck = 0
    for note, looked_at in router.notes.due(now - LOST_AFTER, shards=shards):
        if not may_go_on():
            break
        if note.state == "scheduled":
            late += fire(router, note.notification_id, note.version)
        elif looked_at <= now - STUCK_AFTER and router.notes.postpone_sweep(note, now) <= MAX_SWEEPS:
            queues.route([note.notification_id])
            stuck += 1
    if late or stuck:
        logger.warning("the sweep found notifications", extra={"late": late, "stuck": stuck})
        count("NotificationsSwept", late + stuck)
    return {"late": late, "stuck": stuck}
