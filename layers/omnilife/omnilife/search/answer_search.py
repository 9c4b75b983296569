"""`answer_search`: a search from its request to its answer, from the cache where it can.

Valkey is asked once, in the round trip that counts the caller (`search_reads`): for the generation of the
configuration, and for the answer, which is claimed where there is none. What is made here is kept by one more
write, once it has been answered. With Valkey dead the configuration is read from the table once a second, and
every answer is made.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError

from omnilife.core.cache import Command
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.ids import IdMaker, new_id
from omnilife.search.answers import Answer, Answers
from omnilife.search.configurations import Configurations
from omnilife.search.criteria import Criteria
from omnilife.search.find_products import Observer, counted_facets, page_number, search_products
from omnilife.search.generations import Generations, announced
from omnilife.search.models import SearchQuery
from omnilife.search.product_index import ProductIndex
from omnilife.search.searches import Outcome

_OWN = {"search_id", "took_ms", "cached"}
"""What of an answer belongs to one request."""

_REPEATING = frozenset(name for name, field in SearchQuery.model_fields.items() if field.default == [])


def search_reads(
    parameters: Mapping[str, Sequence[str]], *, generations: Generations, answers: Answers
) -> Sequence[Command]:
    """What Valkey is to be asked for a search with these parameters; nothing when they are not valid.

    Raises:
        Invalid: filters that cannot be right together.
    """
    given = {
        name: list(values) if name in _REPEATING else values[0]
        for name, values in parameters.items()
        if name in SearchQuery.model_fields
    }
    try:
        query = SearchQuery.model_validate(given)
    except ValidationError:
        return ()
    return generations.read, answers.claim(_key(answers, query, Criteria.of(query, parameters)))


def answer_search(
    query: SearchQuery,
    parameters: Mapping[str, Sequence[str]],
    *,
    known: Sequence[Any] | None,
    index: ProductIndex,
    cursors: CursorCodec,
    configurations: Configurations,
    answers: Answers,
    observer: Observer,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
    monotonic: Callable[[], float] = time.perf_counter,
) -> str:
    """A `SearchAnswer` as JSON.

    Args:
        known: what `search_reads` led to; None where Valkey could not be asked.
        observer: is told of the search.

    Raises:
        As `search_products`. Unavailable: the configuration is not known, and the table does not answer.
    """
    started = monotonic()
    criteria = Criteria.of(query, parameters)
    told, found = known or (None, None)
    configuration = configurations.current(announced(told))
    generation = configuration.configuration.generation
    key = _key(answers, query, criteria) if known and configuration.certain else None
    search_id = make_id()
    if key and (kept := answers.settle(key, found, generation=generation)):
        took_ms = round((monotonic() - started) * 1000)
        page = page_number(query, criteria, cursors)
        outcome = Outcome(total=kept.total, took_ms=took_ms, cached=True)
        observer.begin(search_id, criteria, page=page, outcome=outcome)
        observer.finish()
        return _complete(kept.body, search_id, took_ms, cached=True)
    try:
        answer = search_products(
            query,
            parameters,
            index=index,
            cursors=cursors,
            make_id=lambda: search_id,
            interpret=partial(configuration.configuration.interpret, now=clock.now()),
            observer=observer,
            monotonic=monotonic,
        )
        body = answer.model_dump_json(exclude=_OWN)
        if key:
            answers.keep(key, Answer(body, answer.total), generation=generation)
    except BaseException:
        if key:
            answers.release(key)
        raise
    finally:
        observer.finish()
    return _complete(body, search_id, answer.took_ms, cached=False)


def _key(answers: Answers, query: SearchQuery, criteria: Criteria) -> str:
    return answers.key(criteria, counted_facets(query), limit=query.limit, cursor=query.cursor)


def _complete(body: str, search_id: str, took_ms: int, *, cached: bool) -> str:
    own = f'"search_id":"{search_id}","took_ms":{took_ms},"cached":{"true" if cached else "false"}'
    return f"{body[:-1]},{own}}}"
