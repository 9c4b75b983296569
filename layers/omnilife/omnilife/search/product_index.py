"""The product index: the only place that knows how the engine is spoken to about products."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.config import Settings
from omnilife.core.logging import logger
from omnilife.search.engine import Engine, EngineRefused, dump, engine_at
from omnilife.search.mapping import generation, index_body

SEARCH_PATIENCE_S = 2.0
SEARCH_ENGINE_MS = 1500
"""What the engine itself may take: it gives up before its caller does, and does not work for nobody."""
WRITE_PATIENCE_S = 5.0

_MISSING = "index_not_found_exception"
_EXISTS = "resource_already_exists_exception"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings(Settings):
    opensearch_url: str
    search_alias: str = "products"


@dataclass(frozen=True, slots=True)
class Version:
    """One state of one product: its whole document, numbered so that a later state has a greater number."""

    product_id: str
    number: int
    document: Mapping[str, Any]


class ProductIndex:
    """Products as the engine holds them, behind an alias."""

    def __init__(self, engine: Engine, alias: str) -> None:
        self._engine = engine
        self._alias = alias

    @classmethod
    def from_environment(cls) -> Self:
        settings = IndexSettings.from_environment()
        return cls(engine_at(settings.opensearch_url), settings.search_alias)

    def search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The engine's answer to `body`, in one round trip; nothing found where there is no index yet.

        Raises:
            SearchUnavailable: the engine does not answer, or only in part.
        """
        return self._engine.request(
            "POST",
            f"/{self._alias}/_search",
            dump({**body, "timeout": f"{SEARCH_ENGINE_MS}ms"}),
            params={"ignore_unavailable": "true", "allow_partial_search_results": "false"},
            patience_s=SEARCH_PATIENCE_S,
        )

    def put(self, versions: Sequence[Version]) -> set[str]:
        """Write whole documents; returns the ids of those that could not be written.

        A document that the index holds in this state or a later one is left, and counts as written: late,
        repeated and reordered writes end in the newest state. The first write ever creates the index.

        Raises:
            SearchUnavailable: the engine does not answer; any of them may have been written.
        """
        results = self._bulk(versions)
        if any(_kind(result) == _MISSING for result in results):
            self.create()
            results = self._bulk(versions)
        failed = {result["_id"]: result for result in results if not _is_written(result)}
        for product_id, result in failed.items():
            logger.error(
                "product not indexed",
                extra={"product_id": product_id, "status": result["status"], "reason": result.get("error")},
            )
        return set(failed)

    def create(self) -> None:
        """Create the first generation behind the alias, unless it is there."""
        path = f"/{generation(self._alias)}"
        try:
            self._engine.request("PUT", path, dump(index_body(self._alias)), patience_s=WRITE_PATIENCE_S)
        except EngineRefused as refusal:
            if refusal.kind != _EXISTS:
                raise

    def _bulk(self, versions: Iterable[Version]) -> list[dict[str, Any]]:
        lines = b"".join(
            dump({"index": {"_id": v.product_id, "version": v.number, "version_type": "external"}})
            + b"\n"
            + dump(v.document)
            + b"\n"
            for v in versions
        )
        answer = self._engine.request(
            "POST",
            f"/{self._alias}/_bulk",
            lines,
            # Without it a missing alias would be created as an index whose fields are guessed.
            params={"require_alias": "true"},
            media_type="application/x-ndjson",
            patience_s=WRITE_PATIENCE_S,
        )
        return [item["index"] for item in answer["items"]]


def _is_written(result: Mapping[str, Any]) -> bool:
    return result["status"] in {200, 201, 409}


def _kind(result: Mapping[str, Any]) -> str:
    return str(result.get("error", {}).get("type", ""))
