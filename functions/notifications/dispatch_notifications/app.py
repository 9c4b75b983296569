"""Reader of the notifications table's stream: has what is due decided about, and timers set."""

from collections.abc import Mapping
from typing import Any

from omnilife.notifications import dispatch, queues_to_dispatch


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
    return dispatch(event, queues_to_dispatch())
