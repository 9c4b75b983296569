"""What is suggested beside products: popular queries and categories, in a small index of their own.

They are written by a job, every few minutes, and never by shoppers' requests. Products are suggested from the
product index itself, so that what is deleted or new is so at once. Both are asked in one request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, Self

from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.search.engine import Engine, EngineRefused, dump, engine_at
from omnilife.search.prefixes import ANALYZERS, FIELD, FILTERS
from omnilife.search.product_index import SEARCH_PATIENCE_S, WRITE_PATIENCE_S, IndexSettings

SETTINGS: Mapping[str, Any] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "analysis": {"filter": FILTERS, "analyzer": ANALYZERS},
}
MAPPINGS: Mapping[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "type": {"type": "keyword"},
        "text": FIELD,
        "whole": {"type": "keyword"},  # in lower case: to prefer what begins as typed
        "path": {"type": "keyword", "index": False},
        "weight": {"type": "double"},
        "run": {"type": "long"},  # of the job that wrote it: what an earlier one wrote has gone out of use
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestible:
    """A popular query, or a category; `weight` is how often it was asked for, or how much is in it."""

    type: Literal["query", "category"]
    text: str
    weight: float
    path: str = ""

    @property
    def id(self) -> str:
        return sha256(f"{self.type}/{self.path or self.text}".encode()).hexdigest()[:32]


class SuggestionIndex:
    """The index `<alias>_suggestions`, and the requests that ask it together with the products."""

    def __init__(self, engine: Engine, alias: str) -> None:
        self._engine = engine
        self.products = alias
        self.name = f"{alias}_suggestions"

    @classmethod
    def from_environment(cls) -> Self:
        settings = IndexSettings.from_environment()
        return cls(engine_at(settings.opensearch_url), settings.search_alias)

    def ask(self, bodies: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[dict[str, Any]]]:
        """The hits of several searches, each of an index or alias by name, in one round trip.

        An index that is not there holds nothing; nor does a search that fails by itself, which is counted:
        half a list of suggestions is one.

        Raises:
            SearchUnavailable: the engine does not answer.
        """
        return [_hits(each) for each in self.answer(bodies)["responses"]]

    def answer(self, bodies: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
        """What the engine says to several searches, as it says it.

        Raises:
            SearchUnavailable: the engine does not answer.
        """
        lines = b"".join(
            dump({"index": name, "ignore_unavailable": True, "allow_partial_search_results": False})
            + b"\n"
            + dump(body)
            + b"\n"
            for name, body in bodies
        )
        return self._engine.request(
            "POST",
            f"/{self.products}/_msearch",
            lines,
            media_type="application/x-ndjson",
            patience_s=SEARCH_PATIENCE_S,
        )

    def replace(self, suggestibles: Sequence[Suggestible], *, run: int) -> None:
        """Make these all that is suggested; `run` grows from one call to the next.

        Raises:
            SearchUnavailable: the engine does not answer; some may have been written.
        """
        self._create()
        lines = b"".join(
            dump({"index": {"_id": each.id}}) + b"\n" + dump(_document(each, run)) + b"\n"
            for each in suggestibles
        )
        if lines:
            self._engine.request(
                "POST",
                f"/{self.name}/_bulk",
                lines,
                params={"refresh": "true"},
                media_type="application/x-ndjson",
                patience_s=WRITE_PATIENCE_S,
            )
        self._engine.request(
            "POST",
            f"/{self.name}/_delete_by_query",
            dump({"query": {"range": {"run": {"lt": run}}}}),
            params={"refresh": "true", "conflicts": "proceed"},
            patience_s=WRITE_PATIENCE_S,
        )

    def _create(self) -> None:
        body = dump({"settings": SETTINGS, "mappings": MAPPINGS})
        try:
            self._engine.request("PUT", f"/{self.name}", body, patience_s=WRITE_PATIENCE_S)
        except EngineRefused as refusal:
            if refusal.kind != "resource_already_exists_exception":
                raise


def _document(each: Suggestible, run: int) -> dict[str, Any]:
    return {
        "type": each.type,
        "text": each.text,
        "whole": each.text.lower(),
        "path": each.path,
        "weight": each.weight,
        "run": run,
    }


def _hits(response: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "error" in response:
        logger.error("a search of several failed", extra={"reason": response["error"]})
        count("SearchOfSeveralFailed")
        return []
    hits: list[dict[str, Any]] = response["hits"]["hits"]
    return hits
