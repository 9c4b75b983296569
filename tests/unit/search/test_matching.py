"""The clause that finds products, by what it is made of; what it finds is tested on the real engine."""

from omnilife.search.interpretation import Boost, Interpretation, plain
from omnilife.search.matching import PINNED, text_query

RED = {"term": {"attributes": "colour=red"}}
ACTIVE = {"term": {"status": "active"}}


def test_the_searchs_filters_and_the_rules_narrow_everything() -> None:
    clause = text_query(Interpretation(text="lamp", filters=(RED,)), filters=[ACTIVE])
    assert clause["bool"]["filter"] == [ACTIVE, RED]


def test_products_are_pinned_in_order_above_any_text() -> None:
    clause = text_query(Interpretation(text="lamp", pinned=("b", "a")), filters=[])
    [either] = clause["bool"]["must"]
    _, *pins = either["dis_max"]["queries"]
    assert [(pin["constant_score"]["filter"], pin["constant_score"]["boost"]) for pin in pins] == [
        ({"term": {"product_id": "b"}}, PINNED + 1),
        ({"term": {"product_id": "a"}}, PINNED),
    ]


def test_what_is_hidden_is_never_found() -> None:
    clause = text_query(Interpretation(text="lamp", hidden=frozenset("ba")), filters=[])
    assert clause["bool"]["must_not"] == [{"terms": {"product_id": ["a", "b"]}}]
    assert "must_not" not in text_query(plain("lamp"), filters=[])["bool"]


def test_boosts_multiply() -> None:
    clause = text_query(Interpretation(text="lamp", boosts=(Boost(RED, 3.0),)), filters=[])
    [boosted] = clause["bool"]["must"]
    assert boosted["function_score"]["functions"] == [{"filter": RED, "weight": 3.0}]
    assert boosted["function_score"]["score_mode"] == "multiply"
