"""The sums of searches in search's table: how they are written once and read in bounded steps.

**Exactly once.** A stream repeats, and shards of it run beside each other. So a record is only a hint that a
row may have changed. The row itself is read, and remembers in `rolled` what of it has been counted; the
difference is added to the sums in the transaction that writes `rolled` anew, on the condition that nobody did
so meanwhile (`rolls`). A record may come late, twice or in another order: the difference is then nothing.

| entity | pk | sk | index |
|---|---|---|---|
| totals | ROLLUP#TOTAL#<shard 0..7> | <bucket> | |
| visitors | ROLLUP#VISITORS#<group 0..3> | <bucket> | |
| queries | ROLLUP#QUERY#<hash> | <bucket> | 1: TOP#<bucket>#<shard 0..3>, <searches> |
| | | | 2: ZERO#<bucket>#<shard 0..3>, <those without result> |
| popularity | POPULARITY#<product_id> | POPULARITY | 1: STALE#<shard 0..3>, <due> |
| co-clicks | COCLICK#<product_id> | <other product_id> | 3: COCLICK#<product_id>, <n> |

A bucket is `H#2026-11-24T12` or `D#2026-11-24`. Totals are spread by the first row of a transaction, so that
no item takes all writes; a query's own item takes one write a transaction of up to twelve rows, which is some
10,000 searches a second for the same words. Sort keys of indexes are the sums as they were read before the
write, plus the write's own: with several writers at once they may be short for a moment, and are only used to
choose which items to read; the sums in the items are exact.
Index 1 of popularity is when its document is to be refreshed, see `refresh_popularity`.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Self

from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds
from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.errors import Unavailable
from omnilife.core.table import ConditionFailed, Key, Part, Table, Update
from omnilife.core.transactions import MAX_PARTS
from omnilife.search.rollups import FLOOR, GROUPS, Bucket, Tally, group_of, news
from omnilife.search.store_searches import TableSettings
from omnilife.search.sums import Rolled, Sums

TOTAL_SHARDS = 8
LIST_SHARDS = 4
ROWS_AT_ONCE = 12
READERS = 16
_TRIES = 5

HOURS_KEPT = timedelta(days=9)
"""A week of hours, and the day before it to compare with."""
DAYS_OF_QUERIES_KEPT = timedelta(days=63)
"""A month, and the one before it to compare with: what single people wrote is not kept for longer."""
DAYS_OF_TOTALS_KEPT = timedelta(days=400)
PAIRS_KEPT = timedelta(days=180)

_NOT_SUMS = frozenset(
    {"pk", "sk", "entity", "query", "visitors", "expires_at"}
    | {f"i{n}{k}" for n in "123" for k in ("pk", "sk")}
)


@dataclass(frozen=True, slots=True)
class QuerySums:
    """One query's sums over some buckets; fewer `visitors` than `FLOOR` are all there were."""

    query: str
    tally: Tally
    visitors: frozenset[str]


class RollupStore:
    """See the module's text."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(TableSettings.from_environment().search_table))

    # -- writing -----------------------------------------------------------------------------------------

    def roll_up(self, keys: Sequence[Key]) -> None:
        """Count what is new in these rows of searches and clicks; all of it or, of each dozen, nothing.

        Cost for each dozen searches: 2 WCU a row, 2 for each of its hour and day in total, and 3 for each of
        the hour and day of every different query; 2 more reads a row.

        Raises:
            Unavailable: not all could be counted.
            KeyError, ValueError: a row is not what it should be.
        """
        for _ in range(_TRIES):
            sums = Sums()
            for row in self._table.batch_get(keys, consistent=True):
                sums.add(row)
            if not sums.rows:
                return
            known = self._known(sums)
            self._add_visitors(sums, known)
            parts = _parts(sums, known)
            if len(parts) > MAX_PARTS:
                middle = len(keys) // 2
                self.roll_up(keys[:middle])
                self.roll_up(keys[middle:])
                return
            try:
                self._table.transact(parts)
            except ConditionFailed:
                continue  # somebody else has counted one of the rows
            return
        raise Unavailable("The searches are being counted elsewhere.")

    def _known(self, sums: Sums) -> dict[tuple[str, str], Item]:
        keys = [_query_key(query, bucket) for query, bucket in sums.queries]
        keys += [
            _visitors_key(group_of(entry), b) for b, entries in sums.visitors.items() for entry in entries
        ]
        keys += [_pair_key(pair) for pair in sums.pairs]
        return {(item["pk"], item["sk"]): item for item in self._table.batch_get(keys, consistent=True)}

    def _add_visitors(self, sums: Sums, known: Mapping[tuple[str, str], Item]) -> None:
        """Outside of the transaction, at half its price: a union may be repeated."""
        for bucket, entries in sums.visitors.items():
            for group in range(GROUPS):
                key = _visitors_key(group, bucket)
                seen = known.get((key["pk"], key["sk"]), {}).get("seen", ())
                if new := news((entry for entry in entries if group_of(entry) == group), seen):
                    self._table.update(key, add={"seen": new}, set={"expires_at": _total_expiry(bucket)})

    # -- reading -----------------------------------------------------------------------------------------

    def totals(self, first: Bucket, last: Bucket) -> dict[str, Tally]:
        """Sums of each bucket from `first` to `last`, by its name. Cost: eight queries."""
        found: dict[str, Tally] = {}
        for items in self._each(
            lambda shard: self._range(f"ROLLUP#TOTAL#{shard}", first, last), range(TOTAL_SHARDS)
        ):
            for item in items:
                found.setdefault(item["sk"], Tally()).update(_tally(item))
        return found

    def visitors(self, first: Bucket, last: Bucket) -> set[int]:
        """What `rollups.distinct` counts, for all buckets from `first` to `last`. Cost: four queries."""
        found = self._each(lambda group: self._range(f"ROLLUP#VISITORS#{group}", first, last), range(GROUPS))
        return {entry for items in found for item in items for entry in item["seen"]}

    def leading(self, names: Iterable[str], *, zero: bool = False, most: int) -> list[QuerySums]:
        """For each of the buckets with these names, the `most` queries of each shard that have most searches.

        With `zero`, that have most searches without result. Cost: four queries a bucket.
        """
        prefix, index = ("ZERO", "index2") if zero else ("TOP", "index1")
        partitions = [f"{prefix}#{name}#{shard}" for name in names for shard in range(LIST_SHARDS)]
        pages = self._each(
            lambda pk: self._table.query(pk, index=index, forward=False, limit=most).items, partitions
        )
        return [_query_sums([item]) for items in pages for item in items]

    def of_queries(
        self, queries: Iterable[str], first: Bucket, last: Bucket
    ) -> dict[str, dict[str, QuerySums]]:
        """Query → bucket's name → its sums, exact. Cost: one query of at most 62 items for each."""
        asked = list(queries)
        pages = self._each(lambda query: self._range(_query_key(query, first)["pk"], first, last), asked)
        return {
            query: {item["sk"]: _query_sums([item]) for item in items}
            for query, items in zip(asked, pages, strict=True)
        }

    def clicked_with(self, product_id: str, *, most: int) -> dict[str, int]:
        """Products that were clicked on in the same searches → how often, the most frequent first."""
        page = self._table.query(f"COCLICK#{product_id}", index="index3", forward=False, limit=most)
        return {item["sk"]: item["n"] for item in page.items}

    def _range(self, pk: str, first: Bucket, last: Bucket) -> list[Item]:
        items: list[Item] = []
        after = None
        while True:
            page = self._table.query(pk, between=(first.name, last.name), limit=1000, after=after)
            items += page.items
            after = page.last_key
            if after is None:
                return items

    def _each(self, read: Any, arguments: Iterable[Any]) -> list[list[Item]]:
        with ThreadPoolExecutor(READERS) as pool:
            return list(pool.map(read, arguments))


def _parts(sums: Sums, known: Mapping[tuple[str, str], Item]) -> list[Part]:
    shard = zlib.crc32(sums.rows[0].row["pk"].encode()) % TOTAL_SHARDS
    parts: list[Part] = [_rolled(each) for each in sums.rows]
    for bucket, tally in sums.totals.items():
        parts.append(
            Update(
                {"pk": f"ROLLUP#TOTAL#{shard}", "sk": bucket.name},
                add=dict(tally),
                set={"entity": "totals", "expires_at": _total_expiry(bucket)},
            )
        )
    for (query, bucket), tally in sums.queries.items():
        key = _query_key(query, bucket)
        item = known.get((key["pk"], key["sk"]), {})
        parts.append(_query_update(query, bucket, tally, sums.askers.get((query, bucket), set()), item))
    for product_id, wanting in sums.products.items():
        parts.append(
            Update(
                {"pk": f"POPULARITY#{product_id}", "sk": "POPULARITY"},
                add={**wanting.sums, **wanting.done},
                set={
                    "entity": "popularity",
                    "i1pk": f"STALE#{zlib.crc32(product_id.encode()) % LIST_SHARDS}",
                    "i1sk": wanting.last,
                },
            )
        )
    parts += [_pair_update(pair, number, known, sums) for pair, number in sums.pairs.items()]
    return parts


def _rolled(rolled: Rolled) -> Part:
    rolls = rolled.row.get("rolls", 0)
    changes: dict[Any, Any] = {"rolled": dict(rolled.tally), "rolls": rolls + 1}
    if rolled.clicked:
        changes["rolled_clicked"] = set(rolled.clicked)
    return Update(
        {"pk": rolled.row["pk"], "sk": rolled.row["sk"]},
        set=changes,
        remove=["uncounted"],
        condition=exists("pk") & (attribute("rolls") == rolls if rolls else missing("rolls")),
    )


def _query_update(query: str, bucket: Bucket, tally: Tally, askers: set[str], known: Item) -> Part:
    key = _query_key(query, bucket)
    after = Tally(_tally(known))
    after.update(tally)
    shard = zlib.crc32(key["pk"].encode()) % LIST_SHARDS
    kept = HOURS_KEPT if bucket.step == "hour" else DAYS_OF_QUERIES_KEPT
    changes: dict[Any, Any] = {
        "entity": "queries",
        "query": query,
        "expires_at": epoch_seconds(bucket.start + kept),
        "i1pk": f"TOP#{bucket.name}#{shard}",
        "i1sk": _rank(after["searches"]),
    }
    if after["zero"]:
        changes |= {"i2pk": f"ZERO#{bucket.name}#{shard}", "i2sk": _rank(after["zero"])}
    seen = known.get("visitors", set())
    new = sorted(askers - seen)[: max(0, FLOOR - len(seen))]
    return Update(key, add={**tally, **({"visitors": set(new)} if new else {})}, set=changes)


def _pair_update(pair: str, number: int, known: Mapping[tuple[str, str], Item], sums: Sums) -> Part:
    key = _pair_key(pair)
    before = known.get((key["pk"], key["sk"]), {}).get("n", 0)
    latest = max(bucket.start for bucket in sums.totals)
    return Update(
        key,
        add={"n": number},
        set={
            "entity": "co-clicks",
            "i3pk": key["pk"],
            "i3sk": _rank(before + number),
            "expires_at": epoch_seconds(latest + PAIRS_KEPT),
        },
    )


def _query_key(query: str, bucket: Bucket) -> Key:
    return {"pk": f"ROLLUP#QUERY#{sha256(query.encode()).hexdigest()[:32]}", "sk": bucket.name}


def _visitors_key(group: int, bucket: Bucket) -> Key:
    return {"pk": f"ROLLUP#VISITORS#{group}", "sk": bucket.name}


def _pair_key(pair: str) -> Key:
    one, _, other = pair.partition("#")
    return {"pk": f"COCLICK#{one}", "sk": other}


def _rank(number: int) -> str:
    return f"{number:012}"


def _tally(item: Mapping[str, Any]) -> Tally:
    return Tally({name: value for name, value in item.items() if name not in _NOT_SUMS})


def _query_sums(items: Sequence[Item]) -> QuerySums:
    tally: Tally = Tally()
    for item in items:
        tally.update(_tally(item))
    visitors = frozenset(visitor for item in items for visitor in item.get("visitors", ()))
    return QuerySums(items[0]["query"], tally, visitors)


def _total_expiry(bucket: Bucket) -> int:
    return epoch_seconds(bucket.start + (HOURS_KEPT if bucket.step == "hour" else DAYS_OF_TOTALS_KEPT))
