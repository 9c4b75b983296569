"""An engine in this process: indices, aliases and documents by external version, as OpenSearch promises them.

It knows only what the index's life needs. Searching text is the real engine's, in the integration tests.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from omnilife.core.cache import Breaker
from omnilife.search.engine import Engine
from omnilife.search.transport import Refused

JSON = dict[str, Any]


@dataclass
class StandInIndex:
    """One index. `visible` are the documents as of its last refresh."""

    documents: dict[str, tuple[int, JSON]] = field(default_factory=dict)
    visible: dict[str, JSON] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    refreshes: bool = True

    def refresh(self) -> None:
        self.visible = {key: document for key, (_, document) in self.documents.items()}


@dataclass
class StandInEngine:
    """A transport for `Engine`. `before` is called with each request, and may raise or change things."""

    indices: dict[str, StandInIndex] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    """(index, document id) that are answered 400."""
    acknowledges: bool = True
    before: Callable[[str, str], None] | None = None
    requests: list[tuple[str, str]] = field(default_factory=list)

    def engine(self) -> Engine:
        return Engine(self, Breaker())

    def held(self, name: str) -> dict[str, tuple[int, str]]:
        """Document id → version and status, of an index or alias."""
        index = self.indices[self._index(name)]
        return {key: (version, document["status"]) for key, (version, document) in index.documents.items()}

    def perform_request(self, method: str, path: str, *, body: bytes = b"", **_: Any) -> Any:
        self.requests.append((method, path))
        if self.before:
            self.before(method, path)
        for pattern, wanted, answer in self._routes():
            if method == wanted and (match := re.fullmatch(pattern, path)):
                return answer(match, body)
        raise AssertionError(f"no such request in the stand-in: {method} {path}")

    def _routes(self) -> Iterator[tuple[str, str, Callable[[re.Match[str], bytes], Any]]]:
        yield r"/_aliases", "POST", self._move_aliases
        yield r"/_alias/(.+)", "GET", self._alias
        yield r"/([^/]+)/_alias", "GET", self._list
        yield r"/([^/]+)/_bulk", "POST", self._bulk
        yield r"/([^/]+)/_settings", "PUT", self._settings
        yield r"/([^/]+)/_refresh", "POST", self._refresh
        yield r"/([^/]+)/_count", "POST", self._count
        yield r"/([^/_][^/]*)", "PUT", self._create
        yield r"/([^/_][^/]*)", "DELETE", self._drop

    def _index(self, name: str) -> str:
        found = [each for each, index in self.indices.items() if name == each or name in index.aliases]
        if not found:
            raise Refused(404, "index_not_found_exception")
        (index,) = found
        return index

    def _done(self) -> JSON:
        return {"acknowledged": self.acknowledges}

    def _create(self, match: re.Match[str], body: bytes) -> JSON:
        if match[1] in self.indices:
            raise Refused(400, "resource_already_exists_exception")
        wanted = json.loads(body)
        refreshes = wanted["settings"].get("refresh_interval") != "-1"
        self.indices[match[1]] = StandInIndex(aliases=set(wanted["aliases"]), refreshes=refreshes)
        return self._done()

    def _drop(self, match: re.Match[str], _: bytes) -> JSON:
        if match[1] not in self.indices:
            raise Refused(404, "index_not_found_exception")
        del self.indices[match[1]]
        return self._done()

    def _alias(self, match: re.Match[str], _: bytes) -> JSON:
        found = {name: {} for name, index in self.indices.items() if match[1] in index.aliases}
        if not found:
            raise Refused(404, "alias missing")
        return found

    def _list(self, match: re.Match[str], _: bytes) -> JSON:
        return {name: {} for name in self.indices if fnmatch(name, match[1])}

    def _move_aliases(self, _: re.Match[str], body: bytes) -> JSON:
        for action in json.loads(body)["actions"]:
            ((verb, what),) = action.items()
            aliases = self.indices[what["index"]].aliases
            (aliases.add if verb == "add" else aliases.remove)(what["alias"])
        return self._done()

    def _settings(self, match: re.Match[str], _: bytes) -> JSON:
        self.indices[match[1]].refreshes = True
        return self._done()

    def _refresh(self, match: re.Match[str], _: bytes) -> JSON:
        self.indices[self._index(match[1])].refresh()
        return {"_shards": {"failed": 0}}

    def _count(self, match: re.Match[str], _: bytes) -> JSON:
        index = self.indices[self._index(match[1])]
        if index.refreshes:
            index.refresh()
        return {"count": sum(document["status"] == "active" for document in index.visible.values())}

    def _bulk(self, match: re.Match[str], body: bytes) -> JSON:
        lines = [json.loads(line) for line in body.splitlines()]
        items = []
        while lines:
            ((verb, what),) = lines.pop(0).items()
            document = lines.pop(0) if verb == "index" else None
            items.append({verb: {"_id": what["_id"], **self._write(match[1], what, document)}})
        return {"items": items}

    def _write(self, name: str, what: JSON, document: JSON | None) -> JSON:
        try:
            index = self._index(name)
        except Refused:
            return {"status": 404, "error": {"type": "index_not_found_exception"}}
        if (index, what["_id"]) in self.refused:
            return {"status": 400, "error": {"type": "mapper_parsing_exception"}}
        documents = self.indices[index].documents
        held = documents.get(what["_id"])
        if document is None:
            documents.pop(what["_id"], None)
            return {"status": 200 if held else 404}
        newer = held is None or what["version"] > held[0]
        same = held is not None and what["version"] == held[0] and what["version_type"] == "external_gte"
        if not newer and not same:
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        documents[what["_id"]] = (what["version"], document)
        return {"status": 200 if held else 201}
