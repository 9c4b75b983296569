"""Once a day, and on command: checks every record of the audit trail; fails when one does not hold."""

from collections.abc import Mapping
from typing import Any

from omnilife.security import AuditStore
from omnilife.security import verify_audit_chain as verify


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's form)
    return verify(AuditStore.from_environment()).model_dump(mode="json")
