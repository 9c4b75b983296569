"""Conditions: they compile to what DynamoDB decides as Python would."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core.conditions import Condition, Placeholders, attribute, compile_update, exists, missing

type Predicate = Callable[[Mapping[str, Any]], bool]
type Case = tuple[Condition, Predicate]

NUMBERS = ["version", "size", "count"]  # two of them are reserved words
TEXTS = ["name", "status"]
ITEMS = st.fixed_dictionaries(
    {},
    optional={name: st.integers(0, 4) for name in NUMBERS}
    | {name: st.text("ab", max_size=3) for name in TEXTS},
)


def holds(name: str, test: Callable[[Any], bool]) -> Predicate:
    """True when the item has the attribute and the test agrees."""
    return lambda item: name in item and test(item[name])


def leaf_conditions() -> st.SearchStrategy[Case]:
    # moto has no size of what is absent (DynamoDB: the comparison is false), hence the `exists` before it.
    number, text = st.sampled_from(NUMBERS), st.sampled_from(TEXTS)
    small, letters = st.integers(0, 4), st.text("ab", min_size=1, max_size=2)
    return st.one_of(
        st.builds(lambda n: (exists(n), lambda item: n in item), number),
        st.builds(lambda n: (missing(n), lambda item: n not in item), text),
        st.builds(lambda n, v: (attribute(n) == v, holds(n, lambda x: x == v)), number, small),
        st.builds(lambda n, v: (attribute(n) < v, holds(n, lambda x: x < v)), number, small),
        st.builds(lambda n, v: (attribute(n) <= v, holds(n, lambda x: x <= v)), number, small),
        st.builds(lambda n, v: (attribute(n) > v, holds(n, lambda x: x > v)), number, small),
        st.builds(lambda n, v: (attribute(n) >= v, holds(n, lambda x: x >= v)), number, small),
        st.builds(
            lambda n, a, b: (
                attribute(n).between(min(a, b), max(a, b)),
                holds(n, lambda x: min(a, b) <= x <= max(a, b)),
            ),
            number,
            small,
            small,
        ),
        st.builds(
            lambda n, vs: (attribute(n).is_in(vs), holds(n, lambda x: x in vs)),
            number,
            st.lists(small, min_size=1, max_size=3),
        ),
        st.builds(
            lambda n, v: (attribute(n).begins_with(v), holds(n, lambda x: x.startswith(v))), text, letters
        ),
        st.builds(lambda n, v: (attribute(n).contains(v), holds(n, lambda x: v in x)), text, letters),
        st.builds(
            lambda n, v: (exists(n) & (attribute(n).size() > v), holds(n, lambda x: len(x) > v)), text, small
        ),
        st.builds(
            lambda a, b: (
                attribute(a) < attribute(b),
                lambda item: a in item and b in item and item[a] < item[b],
            ),
            number,
            number,
        ),
    )


def combined(inner: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    return st.one_of(
        st.builds(lambda a, b: (a[0] & b[0], lambda item: a[1](item) and b[1](item)), inner, inner),
        st.builds(lambda a, b: (a[0] | b[0], lambda item: a[1](item) or b[1](item)), inner, inner),
        st.builds(lambda a: (~a[0], lambda item: not a[1](item)), inner),
    )


fresh = itertools.count()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(item=ITEMS, case=st.recursive(leaf_conditions(), combined, max_leaves=5))
def test_a_condition_decides_in_dynamodb_as_in_python(catalogue_table, item, case):
    condition, predicate = case
    pk = f"item-{next(fresh)}"
    catalogue_table.put({"pk": pk, "sk": "x", **item})
    found = catalogue_table.query(pk, filter=condition, limit=1).items
    assert bool(found) == predicate(item)


def test_a_comparison_with_an_absent_attribute_is_false_but_for_unequal(catalogue_table):
    catalogue_table.put({"pk": "a", "sk": "x"})
    filters = {"=": attribute("gone") == 1, "<": attribute("gone") < 1, "<>": attribute("gone") != 1}
    found = {sign: bool(catalogue_table.query("a", filter=f, limit=1).items) for sign, f in filters.items()}
    assert found == {"=": False, "<": False, "<>": True}


def test_a_path_reaches_into_maps_and_lists_and_its_names_are_never_split(catalogue_table):
    catalogue_table.put(
        {"pk": "a", "sk": "x", "attributes": {"colour.main": "red"}, "images": [{"alt": "lamp"}]}
    )
    condition = (attribute("attributes", "colour.main") == "red") & (attribute("images", 0, "alt") == "lamp")
    assert catalogue_table.query("a", filter=condition, limit=1).items


def test_what_a_client_wrote_is_never_part_of_the_expression():
    to = Placeholders()
    text = (attribute("name; DROP") == ":0 OR attribute_exists(pk)").compile(to)
    assert text == "#0 = :0"
    assert to.arguments() == {
        "ExpressionAttributeNames": {"#0": "name; DROP"},
        "ExpressionAttributeValues": {":0": {"S": ":0 OR attribute_exists(pk)"}},
    }


def test_a_name_used_twice_has_one_placeholder():
    to = Placeholders()
    ((attribute("n") > 1) & (attribute("n") < 5)).compile(to)
    assert to.names == {"n": "#0"}


def test_an_expression_without_values_sends_no_empty_maps():
    to = Placeholders()
    missing("pk").compile(to)
    assert to.arguments() == {"ExpressionAttributeNames": {"#0": "pk"}}
    assert Placeholders().arguments() == {}


def test_conditions_are_not_combined_by_and_which_would_drop_one():
    with pytest.raises(TypeError, match="&"):
        _ = exists("a") and exists("b")


def test_a_chained_comparison_is_refused_rather_than_half_meant():
    with pytest.raises(TypeError, match="&"):
        _ = 1 < attribute("n") < 3


@pytest.mark.parametrize("values", [[], range(101)])
def test_a_choice_has_1_to_100_values(values):
    with pytest.raises(ValueError, match="1 to 100"):
        attribute("n").is_in(values)


@pytest.mark.parametrize("path", [(), (0, "a")])
def test_a_path_begins_with_a_name(path):
    with pytest.raises(ValueError, match="name"):
        attribute(*path)


def test_an_update_puts_each_verb_once():
    to = Placeholders()
    text = compile_update(to, assign={"a": 1, ("m", "x"): 2}, add={"n": 1}, remove=["gone", ("m", "y")])
    assert text == "SET #0 = :0, #1.#2 = :1 ADD #3 :2 REMOVE #4, #1.#5"


def test_an_update_that_changes_nothing_is_refused():
    with pytest.raises(ValueError, match="changes nothing"):
        compile_update(Placeholders(), assign={}, add={}, remove=[])
