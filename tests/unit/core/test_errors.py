"""Problems: what their JSON says, and which headers belong to their status."""

import pytest

from omnilife.core import errors
from omnilife.core.errors import (
    Conflict,
    FieldError,
    Invalid,
    Problem,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

pytestmark = pytest.mark.unit


class OutOfStock(Conflict):
    slug = "out-of-stock"
    title = "Out of stock"


def test_a_problem_says_what_kind_it_is_and_what_about_this_time():
    problem = OutOfStock("2 left", extensions={"lines": [{"product_id": "lamp", "available": 2}]})
    assert problem.to_dict(instance="request-1") == {
        "type": "/problems/out-of-stock",
        "title": "Out of stock",
        "status": 409,
        "detail": "2 left",
        "instance": "request-1",
        "lines": [{"product_id": "lamp", "available": 2}],
    }


def test_what_a_problem_does_not_know_it_leaves_out():
    assert OutOfStock().to_dict() == {
        "type": "/problems/out-of-stock",
        "title": "Out of stock",
        "status": 409,
    }


def test_field_errors_point_into_the_request():
    problem = Invalid(errors=[FieldError("/price/amount", "negative")])
    assert problem.to_dict()["errors"] == [{"pointer": "/price/amount", "detail": "negative"}]


def test_an_extension_cannot_replace_a_standard_member():
    assert Invalid(extensions={"status": 200, "type": "about:blank"}).to_dict()["status"] == 422


def test_a_401_always_challenges():
    assert Unauthorized().headers == {"WWW-Authenticate": "Bearer"}
    assert Unauthorized(challenge="ApiKey").headers == {"WWW-Authenticate": "ApiKey"}


@pytest.mark.parametrize("kind", [TooManyRequests, Unavailable])
@pytest.mark.parametrize(("given", "told"), [(0, "1"), (1, "1"), (30, "30")])
def test_who_must_wait_is_told_for_how_long_and_never_not_at_all(kind, given: int, told: str):
    assert kind(retry_after=given).headers["Retry-After"] == told


def test_every_kind_has_a_slug_of_its_own_and_an_error_status():
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Problem)]
    assert len({kind.slug for kind in kinds}) == len(kinds)
    assert all(400 <= kind.status < 600 for kind in kinds)


def test_a_problem_shows_its_kind_and_detail_in_a_log():
    assert repr(OutOfStock("2 left")) == "OutOfStock('2 left')"
    assert str(OutOfStock()) == "Out of stock"
