"""`IndexGenerations`: the concrete indices behind the alias, made, counted, exchanged and thrown away.

One of them serves: searches reach it through the alias. Another may be under construction, and one is kept
from the time before. Which is which stands in the search table (`store_reindex`), but for the serving one,
which the engine itself knows, and exchanges in one step.
"""

import re
from typing import Any, Self

from omnilife.search.engine import Engine, EngineRefused, dump, engine_at
from omnilife.search.mapping import building_body, generation, write_name
from omnilife.search.product_index import IndexSettings, ProductIndex

PATIENCE_S = 20.0
"""For changes of the cluster's state, refreshes and counts: no shopper waits for them."""

_ABSENT = 404
_EXISTS = "resource_already_exists_exception"


class NotAcknowledged(RuntimeError):  # noqa: N818 (says what happened)
    """A node of the engine has not confirmed a change in time. Try again: it may hold by then."""


class IndexGenerations:
    """All generations of one alias."""

    def __init__(self, engine: Engine, alias: str) -> None:
        self._engine = engine
        self._alias = alias

    @classmethod
    def from_environment(cls) -> Self:
        settings = IndexSettings.from_environment()
        return cls(engine_at(settings.opensearch_url), settings.search_alias)

    def name(self, stamp: str) -> str:
        """What a generation that is begun at `stamp` (UTC, yyyymmddhhmmss) is called."""
        return generation(self._alias, stamp)

    def serving(self) -> str:
        """The generation that the alias leads to. The first one is made if there is none."""
        found = self._aliased()
        if not found:
            ProductIndex(self._engine, self._alias).create()
            found = self._aliased()
        (serving,) = found
        return serving

    def all(self) -> set[str]:
        """Every generation there is, whatever it is for."""
        pattern = re.compile(re.escape(self._alias) + r"-\d{14}")
        found = self._ask("GET", f"/{self._alias}-*/_alias")
        return {name for name in found if pattern.fullmatch(name)}

    def create(self, name: str) -> None:
        """Make an empty generation that is written by its own name only. It may be there already.

        When this returns, every node knows it: no write that begins later can miss it.

        Raises:
            NotAcknowledged: that cannot be said yet.
        """
        try:
            self._change("PUT", f"/{name}", building_body(name))
        except EngineRefused as refusal:
            if refusal.kind != _EXISTS:
                raise

    def open(self, name: str) -> None:
        """Let searches see what was written, now and from now on."""
        self._change("PUT", f"/{name}/_settings", {"index": {"refresh_interval": None}})
        self._ask("POST", f"/{name}/_refresh")

    def count_active(self, name: str) -> int:
        """How many products a search of that generation could find."""
        answer = self._ask("POST", f"/{name}/_count", {"query": {"term": {"status": "active"}}})
        return int(answer["count"])

    def switch(self, name: str) -> None:
        """Let the alias lead to that generation and to no other, in one step: no search falls between."""
        actions: list[dict[str, Any]] = [
            {"remove": {"index": other, "alias": self._alias}} for other in sorted(self._aliased() - {name})
        ]
        actions.append({"add": {"index": name, "alias": self._alias, "is_write_index": True}})
        actions.append({"add": {"index": name, "alias": write_name(name)}})
        self._change("POST", "/_aliases", {"actions": actions})

    def adopt(self, name: str) -> None:
        """Let a generation be written by its own name, also one from before there were such names."""
        actions = [{"add": {"index": name, "alias": write_name(name)}}]
        self._change("POST", "/_aliases", {"actions": actions})

    def drop(self, name: str) -> None:
        """Delete a generation; it may be gone already."""
        try:
            self._change("DELETE", f"/{name}")
        except EngineRefused as refusal:
            if refusal.status != _ABSENT:
                raise

    def _aliased(self) -> set[str]:
        try:
            return set(self._ask("GET", f"/_alias/{self._alias}"))
        except EngineRefused as refusal:
            if refusal.status != _ABSENT:
                raise
            return set()

    def _change(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        if not self._ask(method, path, body).get("acknowledged"):
            raise NotAcknowledged(f"{method} {path}")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._engine.request(method, path, b"" if body is None else dump(body), patience_s=PATIENCE_S)
