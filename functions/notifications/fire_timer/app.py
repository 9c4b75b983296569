"""Step of the timers' state machine: the time of one version of a schedule has come."""

from collections.abc import Mapping
from typing import Any

from omnilife.notifications import Router, fire


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
    return {"fired": fire(Router.from_environment(), event["notification_id"], event["version"])}
