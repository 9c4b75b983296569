"""Cutting a file into records."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.catalogue.import_records import Record, cut_records, ends_quoted

pytestmark = pytest.mark.unit


def cut(data, kind="csv", **more):
    return list(cut_records([data], kind, **more))


def test_a_quoted_field_may_span_lines():
    records = cut(b'sku,name\n1,"two\nlines"\n2,x\n')
    assert [(r.row, r.start, r.data) for r in records] == [
        (1, 0, b"sku,name\n"),
        (2, 9, b'1,"two\nlines"\n'),
        (3, 23, b"2,x\n"),
    ]


def test_in_json_lines_every_line_is_a_record():
    assert [r.data for r in cut(b'{"a": "\\""}\n{"b": 1}', "jsonl")] == [b'{"a": "\\""}\n', b'{"b": 1}']


def test_a_quote_inside_an_unquoted_field_is_only_a_character():
    assert len(cut(b'1,5" pipe\n2,x\n')) == 2


def test_a_blank_line_is_a_record_that_says_so():
    assert [r.blank for r in cut(b"a\n\r\n")] == [False, True]


def test_a_row_over_the_limit_is_reported_and_the_next_one_is_read():
    long, good = cut(b"x" * 50 + b"\nok\n", max_row_bytes=20)
    assert (long.row, long.length, long.data) == (1, 51, b"")
    assert long.problem == "longer than 20 bytes"
    assert good == Record(row=2, start=51, length=3, data=b"ok\n")


def test_a_row_over_the_limit_is_measured_piece_by_piece_without_being_held():
    pieces = [b"x" * 30, b"y" * 30, b"z\nok\n", b"w" * 30]
    long, good, last = cut_records(pieces, "jsonl", max_row_bytes=20)
    assert (long.length, good.data, last.length) == (62, b"ok\n", 30)
    assert last.problem == "longer than 20 bytes"


def test_a_forgotten_quote_costs_only_the_rows_within_the_limit():
    records = cut(b'1,"open\n2,b\n3,c\n4,d\n5,e\n', max_row_bytes=12)
    assert records[0].problem == "longer than 12 bytes: a quote was probably never closed"
    assert [r.data for r in records[1:]] == [b"4,d\n", b"5,e\n"]


def test_a_file_that_ends_inside_quotes_says_so():
    (record,) = cut(b'1,"open')
    assert record.problem == "the file ends inside a quoted field"
    assert record.length == 7


CELL = st.text(st.sampled_from('ab",\n é'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=12), st.integers(1, 9))
def test_records_are_those_of_the_csv_module_whatever_the_pieces(rows, size):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = text.getvalue().encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    records = list(cut_records(pieces, "csv"))
    assert b"".join(r.data for r in records) == data
    assert [next(csv.reader([r.data.decode()])) for r in records] == rows


@given(
    st.lists(st.binary(max_size=12), max_size=8).map(b"\n".join), st.sampled_from(["csv", "jsonl"]), st.data()
)
def test_cutting_from_any_record_on_gives_the_same_records(data, kind, draw):
    records = cut(data, kind, max_row_bytes=16)
    assert sum(r.length for r in records) == len(data)
    if records:
        first = draw.draw(st.sampled_from(records))
        again = cut(data[first.start :], kind, row=first.row, start=first.start, max_row_bytes=16)
        assert again == records[first.row - 1 :]


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        (b"a,b\n", False, False),
        (b'"a,b\n', False, True),
        (b'"a""b\n', False, True),
        (b'"a" x"y,"b\n', False, True),
        (b'b"\n', True, False),
        (b"b\n", True, True),
        (b'a","c\n', True, True),
    ],
)
def test_quotes_open_and_close_as_in_the_csv_module(line, before, after):
    assert ends_quoted(line, before) is after
