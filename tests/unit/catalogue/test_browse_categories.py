"""The tree of categories."""

from hypothesis import given
from hypothesis import strategies as st

from omnilife.catalogue.browse_categories import Category, grow

PATH = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)


def shape(categories: list[Category]) -> dict:
    return {each.name: (each.count, shape(each.children)) for each in categories}


def test_a_category_counts_what_is_below_it():
    found = grow({"home": 1, "home/light": 2, "home/light/desk": 3, "garden": 9})
    assert shape(found) == {
        "garden": (9, {}),
        "home": (6, {"light": (5, {"desk": (3, {})})}),
    }


def test_the_fullest_comes_first_and_names_decide_among_equals():
    assert [each.name for each in grow({"b": 1, "a": 1, "c": 2})] == ["c", "a", "b"]


def test_a_category_with_nothing_on_sale_is_not_there():
    assert shape(grow({"home/light": 0, "home": 1})) == {"home": (1, {})}


@given(st.dictionaries(PATH, st.integers(-2, 9)))
def test_no_product_is_lost_in_the_tree(counts):
    assert sum(each.count for each in grow(counts)) == sum(count for count in counts.values() if count > 0)
