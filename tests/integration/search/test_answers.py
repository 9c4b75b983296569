"""Synonyms, rules and kept answers on the real engines: a change is in force for the very next search."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core.afterwards import process_afterwards
from omnilife.core.cache import process_cache
from omnilife.core.table import Table
from omnilife.search import (
    Configurations,
    ConfigurationStore,
    Generations,
    RuleChange,
    SynonymChange,
    put_rule,
    replace_synonyms,
)
from omnilife.search.generations import LIFE_S, generation_key
from tests.integration.search.shop import Shop
from tests.support.callers import ADMIN
from tests.support.functions import Functions
from tests.support.http import Answer, http_event
from tests.support.search import a_product

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def store(tables: Table, valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> ConfigurationStore:
    monkeypatch.setenv("VALKEY_URL", valkey_url)
    process_cache.cache_clear()
    return ConfigurationStore.from_environment()


@pytest.fixture
def ask(store: ConfigurationStore, shop: Shop) -> Ask:
    """`ask(q=…)`: what a warm function answers, in a shop with a sofa, a couch and a lamp."""
    shop.put(
        a_product("sofa", name="Blue sofa"),
        a_product("couch", name="Grey couch"),
        a_product("lamp", name="Brass lamp", brand="Other"),
    )
    return asking(Functions())


def asking(functions: Functions) -> Ask:
    def send(**query: Any) -> dict[str, Any]:
        event = http_event("GET", "/api/search/products", query=query)
        answer = Answer.of(functions("search/search_products", event))
        assert process_afterwards().wait(10)  # Lambda sends the next request when all is done
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json
        return found

    return send


def found(answer: dict[str, Any]) -> list[str]:
    return [item["product"]["product_id"] for item in answer["items"]]


def sofas(store: ConfigurationStore, **more: Any) -> None:
    change = SynonymChange.model_validate({"entries": [{"kind": "two_way", "terms": ["sofa", "couch"]}]})
    replace_synonyms(
        store, change, **{"caller": ADMIN, "announce": Generations.from_environment().announce} | more
    )


def rule(store: ConfigurationStore, actions: dict[str, Any], **match: Any) -> None:
    change = RuleChange.model_validate({"match": match, "actions": actions})
    put_rule(store, "r", change, caller=ADMIN, announce=Generations.from_environment().announce)


def a_second_later() -> None:
    """As far as this process's configuration is concerned."""
    Configurations.from_environment()._sure_until = 0


def test_the_same_question_is_answered_from_the_cache_under_an_id_of_its_own(ask: Ask):
    first, second = (ask(q="sofa", brand=["Halden", "Other"]) for _ in range(2))
    assert (first["cached"], second["cached"]) == (False, True)
    assert first["search_id"] != second["search_id"]
    assert (second["items"], second["facets"]) == (first["items"], first["facets"])


def test_a_cursor_of_a_kept_answer_leads_to_the_next_page(ask: Ask):
    ask(sort="price_asc", limit=2)
    kept = ask(sort="price_asc", limit=2)
    rest = ask(sort="price_asc", limit=2, cursor=kept["next_cursor"])
    assert (kept["cached"], rest["cached"]) == (True, False)
    assert sorted(found(kept) + found(rest)) == ["couch", "lamp", "sofa"]
    assert ask(sort="price_asc", limit=2, cursor=kept["next_cursor"])["cached"]


def test_a_synonym_takes_effect_for_the_next_search_though_an_answer_was_kept(ask: Ask, store):
    assert [found(ask(q="sofa")) for _ in range(2)] == [["sofa"]] * 2
    sofas(store)
    answer = ask(q="sofa")
    assert (sorted(found(answer)), answer["cached"]) == (["couch", "sofa"], False)
    assert ask(q="sofa")["cached"]


def test_a_pin_is_on_top_a_hidden_product_gone_and_a_redirect_told(ask: Ask, store):
    actions = {"pin": ["lamp"], "hide": ["couch"], "redirect": "/sofas"}
    rule(store, actions, kind="contains", text="sofas")
    answer = ask(q="blue sofa")
    assert (found(answer)[0], answer["redirect"], answer["rules"]) == ("lamp", "/sofas", ["r"])
    assert "couch" not in found(ask(q="sofa couch"))
    assert ask(q="couch")["rules"] == []


def test_a_rule_s_filter_narrows_all_that_is_found(ask: Ask, store):
    rule(store, {"filter": {"brand": ["Other"]}}, kind="any")
    assert found(ask(q="lamp")) == ["lamp"]
    assert found(ask(q="sofa")) == []


def test_a_change_whose_announcement_was_lost_waits_for_the_key_to_go_and_no_longer(
    ask: Ask, store, shop: Shop
):
    ask(q="sofa")
    sofas(store, announce=lambda _: None)
    assert found(ask(q="sofa")) == ["sofa"]
    cache, key = process_cache(), generation_key(shop.alias)
    assert cache is not None
    assert 0 < cache.call(lambda client: client.pttl(key)) <= LIFE_S * 1000
    cache.call(lambda client: client.delete(key))  # as it goes by itself
    a_second_later()
    assert sorted(found(ask(q="sofa"))) == ["couch", "sofa"]
    assert cache.call(lambda client: client.get(key)) == b"1"


def test_an_older_generation_never_takes_the_place_of_a_newer_one(store):
    generations = Generations.from_environment()
    for announced in (3, 2, 4, 1):
        generations.announce(announced)
    assert generations.cache is not None
    assert generations.cache.call(lambda client: client.get(generations.key)) == b"4"


def test_with_valkey_dead_everything_still_works(ask: Ask, store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VALKEY_URL", "redis://127.0.0.1:9")
    process_cache.cache_clear()
    warm = asking(Functions())
    assert [warm(q="sofa")["cached"] for _ in range(5)] == [False] * 5
    sofas(store)
    a_second_later()
    assert sorted(found(warm(q="sofa"))) == ["couch", "sofa"]


def test_every_search_is_logged_under_its_own_id(ask: Ask, store):
    answers = [ask(q="sofa") for _ in range(2)]
    rows = [store.table.get(f"SEARCH#{answer['search_id']}", "SEARCH", consistent=True) for answer in answers]
    assert [(row["query"], row["total"], row["cached"]) for row in rows if row] == [
        ("sofa", 1, False),
        ("sofa", 1, True),
    ]


@pytest.mark.performance
def test_a_warm_search_is_one_round_trip_to_valkey_and_one_to_the_engine_and_keeping_it_one_more(
    ask: Ask, store, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    ask(q="warm")
    cache = process_cache()
    assert cache is not None
    trips: list[str] = []
    call, send = cache.call, shop.engine._transport.perform_request

    def counted(use: Any) -> Any:
        trips.append("valkey")
        return call(use)

    def asked(*arguments: Any, **more: Any) -> Any:
        trips.append("engine")
        return send(*arguments, **more)

    monkeypatch.setattr(cache, "call", counted)
    monkeypatch.setattr(shop.engine._transport, "perform_request", asked)
    ask(q="sofa")
    assert trips == ["valkey", "engine", "valkey"]
    trips.clear()
    ask(q="sofa")
    assert trips == ["valkey"]


def test_of_many_who_ask_at_once_one_asks_the_engine(
    ask: Ask, store, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    ask(q="warm")
    asked: list[int] = []
    release = threading.Event()
    send = shop.engine._transport.perform_request

    def slow(*arguments: Any, **more: Any) -> Any:
        asked.append(1)
        release.wait(0.1)
        return send(*arguments, **more)

    monkeypatch.setattr(shop.engine._transport, "perform_request", slow)
    answers: list[dict[str, Any]] = []
    workers = [asking(Functions()) for _ in range(4)]
    threads = [threading.Thread(target=lambda w=w: answers.append(w(q="sofa"))) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert sorted(answer["cached"] for answer in answers) == [False, True, True, True]
    assert len({json.dumps(answer["items"]) for answer in answers}) == 1
