"""UUIDv7 of our own making."""

import threading
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from omnilife.core.ids import Identifier, UuidV7Maker, new_id


def test_an_id_is_a_uuid_of_version_7_and_the_rfc_variant():
    made = uuid.UUID(new_id())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_an_id_begins_with_its_millisecond():
    make = UuidV7Maker(milliseconds=lambda: 0x0190_1234_5678)
    assert make().startswith("01901234-5678-7")


@given(st.lists(st.integers(0, 2**47), min_size=2, max_size=50))
def test_ids_only_grow_whatever_the_clock_does(clock_readings):
    readings = iter(clock_readings)
    make = UuidV7Maker(milliseconds=lambda: next(readings))
    made = [make() for _ in clock_readings]
    assert made == sorted(set(made))


@given(st.integers(2, 50))
def test_ids_only_grow_when_the_random_part_overflows(count):
    make = UuidV7Maker(milliseconds=lambda: 5, random=lambda size: b"\xff" * size)
    made = [make() for _ in range(count)]
    assert made == sorted(set(made))
    assert {uuid.UUID(each).version for each in made} == {7}


def test_threads_never_make_the_same_id():
    make = UuidV7Maker(milliseconds=lambda: 5)
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.extend(make() for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


def test_two_processes_restored_from_one_snapshot_go_apart():
    # What a snapshot keeps is the maker's memory; what it cannot keep is the kernel's randomness.
    makers = [UuidV7Maker(milliseconds=lambda: 5) for _ in range(2)]
    makers[1].__dict__.update({k: v for k, v in makers[0].__dict__.items() if k != "_lock"})
    assert makers[0]() != makers[1]()


@pytest.mark.parametrize(
    "text", ["a", "A-b_c.9", "x" * 64, new_id()], ids=["letter", "all kinds", "longest", "made"]
)
def test_an_identifier_is_1_to_64_plain_characters(text):
    assert TypeAdapter(Identifier).validate_python(text) == text


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "a/b", "a#b", "ä", "a\n", "a\x00", "%2e"])
def test_an_identifier_holds_nothing_that_needs_escaping(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Identifier).validate_python(text)
