"""Import step: ends an import, also one that broke off."""

from collections.abc import Mapping
from typing import Any

from omnilife.catalogue import ImportStore, finish_import


def handler(event: Mapping[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda's own form)
    finish_import(ImportStore.from_environment(), event["key"], broken=event["broken"])
