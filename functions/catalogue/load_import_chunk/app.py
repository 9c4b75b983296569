"""Import step: loads the rows of one chunk."""

from collections.abc import Mapping
from typing import Any

from omnilife.catalogue import ImportFiles, ImportStore, ProductStore, load_import_chunk, shop_currency


def handler(event: Mapping[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda's own form)
    load_import_chunk(
        ImportStore.from_environment(),
        ProductStore.from_environment(),
        ImportFiles.from_environment(),
        import_id=event["import_id"],
        number=event["chunk"],
        currency=shop_currency(),
    )
