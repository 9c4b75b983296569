"""The measures of benchmarks/search_quality.py, and the files it reads."""

from math import log2
from pathlib import Path

import pytest

from benchmarks.search_quality import (
    ndcg,
    product_of,
    read_judgements,
    recall,
    reciprocal_rank,
    usable,
)


def test_the_best_order_has_a_gain_of_one_and_an_unjudged_product_none() -> None:
    assert ndcg(["a", "b"], {"a": 3, "b": 1}) == 1
    assert ndcg(["x", "a"], {"a": 1}) == pytest.approx(1 / log2(3))
    assert ndcg([], {"a": 1}) == 0


def test_a_higher_grade_is_worth_twice_as_much_and_one() -> None:
    best = 7 + 1 / log2(3)
    assert ndcg(["b", "a"], {"a": 3, "b": 1}) == pytest.approx((1 + 7 / log2(3)) / best)


def test_ranks_and_shares_count_what_is_relevant() -> None:
    assert reciprocal_rank(["x", "a"], {"a": 1, "x": 0}) == 1 / 2
    assert reciprocal_rank(["x"], {"a": 1}) == 0
    assert recall(["a", "x"], {"a": 2, "b": 1, "x": 0}) == 1 / 2


def test_other_peoples_files_are_read_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "queries.tsv"
    file.write_text(
        'query\tproduct_id\tgrade\n3/4" pipe\t1\t2.33\n3/4" pipe\t1\t1\n'
        "lamp\t2\t0\n\nbad\nlamp\t9\t3\textra\n"
    )
    judged = read_judgements(file)
    assert judged == {'3/4" pipe': {"1": 2.33}, "lamp": {"2": 0.0, "9": 3.0}}
    assert usable(judged, {"1": {}, "2": {}}, None) == {'3/4" pipe': {"1": 2.33}}
    assert len(usable({str(n): {"1": 1.0} for n in range(10)}, {"1": {}}, 3)) == 3


def test_a_product_needs_only_an_id_and_a_name() -> None:
    product = product_of({"product_id": 7, "name": "Lamp", "description": None, "category": "home / lamps"})
    assert (product.product_id, product.description, product.category) == ("7", "", ["home", "lamps"])
