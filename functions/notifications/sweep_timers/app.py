"""Each minute: fires what has no timer, and has what is stuck decided about again."""

from collections.abc import Mapping
from typing import Any

from omnilife.notifications import Router, queues_to_sweep, sweep

FINISH_MS = 5_000


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's own form)
    return sweep(
        Router.from_environment(),
        queues_to_sweep(),
        may_go_on=lambda: context.get_remaining_time_in_millis() > FINISH_MS,
    )
