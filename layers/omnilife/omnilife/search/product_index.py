"""The product index: the only place that knows how the engine is spoken to about products."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.config import Settings
from omnilife.core.logging import logger
from omnilife.search.engine import Engine, EngineRefused, dump, engine_at
from omnilife.search.mapping import generation, index_body, write_name
from omnilife.search.problems import SearchUnavailable

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


@dataclass(frozen=True, slots=True)
class Followed:
    """The generations beside the serving one that are to know what is written; empty where none is."""

    building: str = ""
    kept: str = ""


ALONE = Followed()


class ProductIndex:
    """Products as the engine holds them, behind an alias."""

    def __init__(self, engine: Engine, alias: str) -> None:
        self._engine = engine
        self._alias = alias

    @classmethod
    def from_environment(cls) -> Self:
        settings = IndexSettings.from_environment()
        return cls(engine_at(settings.opensearch_url), settings.search_alias)

    def search(
        self, body: Mapping[str, Any], *, meanwhile: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """The engine's answer to `body`, in one round trip; nothing found where there is no index yet.

        Args:
            meanwhile: see `Engine.request`.

        Raises:
            SearchUnavailable: the engine does not answer, or only in part.
        """
        return self._engine.request(
            "POST",
            f"/{self._alias}/_search",
            dump({**body, "timeout": f"{SEARCH_ENGINE_MS}ms"}),
            params={"ignore_unavailable": "true", "allow_partial_search_results": "false"},
            patience_s=SEARCH_PATIENCE_S,
            meanwhile=meanwhile,
        )

    def search_each(self, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The engine's answers to several bodies, in one round trip for all.

        Raises:
            SearchUnavailable: the engine does not answer all of them in full.
        """
        if not bodies:
            return []
        header = dump({"ignore_unavailable": True, "allow_partial_search_results": False}) + b"\n"
        lines = b"".join(
            header + dump({**body, "timeout": f"{SEARCH_ENGINE_MS}ms"}) + b"\n" for body in bodies
        )
        answer = self._engine.request(
            "POST",
            f"/{self._alias}/_msearch",
            lines,
            media_type="application/x-ndjson",
            patience_s=SEARCH_PATIENCE_S,
        )
        found: list[dict[str, Any]] = answer["responses"]
        if any("error" in each for each in found):
            raise SearchUnavailable
        return found

    def put(self, versions: Sequence[Version], followed: Followed = ALONE, *, anew: bool = False) -> set[str]:
        """Write whole documents; returns the ids of those that could not be written.

        A document that the index holds in this state or a later one is left, and counts as written: late,
        repeated and reordered writes end in the newest state. The first write ever creates the index.

        Args:
            followed: the generations that are to know it too. One that is being built must; what one that is
                kept from before does not take (its fields may be others) is only logged.
            anew: replace a document of this very state too, for what is not part of the state itself.

        Raises:
            SearchUnavailable: the engine does not answer; any of them may have been written.
        """
        results = self._bulk(self._alias, versions, anew=anew)
        if any(_kind(result) == _MISSING for result in results):
            self.create()
            results = self._bulk(self._alias, versions, anew=anew)
        failed = _failed(results)
        if followed.building:
            failed |= self.put_into(followed.building, versions, anew=anew, missing_ok=True)
        if followed.kept:
            self.put_into(followed.kept, versions, anew=anew, missing_ok=True)
        return failed

    def put_into(
        self, generation: str, versions: Sequence[Version], *, anew: bool = False, missing_ok: bool = False
    ) -> set[str]:
        """The same for one generation only, which this never creates; with `missing_ok` it may be gone.

        Raises:
            SearchUnavailable: as `put`.
        """
        results = self._bulk(write_name(generation), versions, anew=anew)
        return _failed(each for each in results if not (missing_ok and _kind(each) == _MISSING))

    def forget(self, product_id: str, followed: Followed = ALONE) -> None:
        """Remove a document whose product the catalogue does not know; there may be none.

        Raises:
            SearchUnavailable: the engine does not answer, or does not do it now.
        """
        names = [write_name(name) for name in (followed.building, followed.kept) if name]
        for name in (self._alias, *names):
            lines = dump({"delete": {"_id": product_id}}) + b"\n"
            (result,) = self._send(name, lines)
            if result["status"] not in {200, 404}:
                raise SearchUnavailable

    def create(self) -> None:
        """Create the first generation behind the alias, unless it is there."""
        path = f"/{generation(self._alias)}"
        try:
            self._engine.request("PUT", path, dump(index_body(self._alias)), patience_s=WRITE_PATIENCE_S)
        except EngineRefused as refusal:
            if refusal.kind != _EXISTS:
                raise

    def _bulk(self, name: str, versions: Iterable[Version], *, anew: bool) -> list[dict[str, Any]]:
        ordering = "external_gte" if anew else "external"
        lines = b"".join(
            dump({"index": {"_id": v.product_id, "version": v.number, "version_type": ordering}})
            + b"\n"
            + dump(v.document)
            + b"\n"
            for v in versions
        )
        return self._send(name, lines)

    def _send(self, name: str, lines: bytes) -> list[dict[str, Any]]:
        answer = self._engine.request(
            "POST",
            f"/{name}/_bulk",
            lines,
            # Without it a missing alias would be created as an index whose fields are guessed.
            params={"require_alias": "true"},
            media_type="application/x-ndjson",
            patience_s=WRITE_PATIENCE_S,
        )
        return [result for item in answer["items"] for result in item.values()]


def _failed(results: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of documents that were not taken, each with a word in the log."""
    failed = {result["_id"]: result for result in results if not _is_written(result)}
    for product_id, result in failed.items():
        logger.error(
            "product not indexed",
            extra={
                "product_id": product_id,
                "index": result.get("_index"),
                "status": result["status"],
                "reason": result.get("error"),
            },
        )
    return set(failed)


def _is_written(result: Mapping[str, Any]) -> bool:
    return result["status"] in {200, 201, 409}


def _kind(result: Mapping[str, Any]) -> str:
    return str(result.get("error", {}).get("type", ""))
