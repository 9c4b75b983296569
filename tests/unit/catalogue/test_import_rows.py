"""Reading one row of an import."""

import csv
import io
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.catalogue.import_records import Record, cut_records
from omnilife.catalogue.import_rows import BadHeader, BadRow, CsvLayout, read_json_row

pytestmark = pytest.mark.unit


def record(data, row=2, problem=""):
    return Record(row=row, start=0, length=len(data), data=data, problem=problem)


def layout(header, **renamed):
    return CsvLayout.from_header(record(header.encode(), row=1), renamed)


def read(header, line, currency="USD", **renamed):
    return layout(header, **renamed).read(record(line.encode()), currency)


def reasons(refused):
    return [(e.row, e.field, e.reason) for e in refused.value.errors]


def test_a_csv_row_becomes_a_merge_patch():
    patch = read(
        "SKU,Name,category,price,compare at price,weight-g,images,attr.Colour,attr.size,stock_on_hand",
        "lamp-1,Lamp,Home > Light,19.99,25,1200,https://x/a.jpg|img-1,red,S|M,3\r\n",
    )
    assert patch == {
        "sku": "lamp-1",
        "name": "Lamp",
        "category": ["Home", "Light"],
        "price": {"amount": 1999, "currency": "USD"},
        "compare_at_price": {"amount": 2500, "currency": "USD"},
        "weight_g": 1200,
        "images": [{"url": "https://x/a.jpg"}, {"image_id": "img-1"}],
        "attributes": {"Colour": "red", "size": ["S", "M"]},
        "stock_on_hand": 3,
    }


def test_an_empty_cell_clears_and_a_column_that_is_not_there_leaves_alone():
    assert read("sku,brand,attr.size", "1,,") == {"sku": "1", "brand": None, "attributes": {"size": None}}


@pytest.mark.parametrize("path", ["a>b>c", "a/b/c", " a > b > c "])
def test_a_category_path_is_written_with_either_sign(path):
    assert read("sku,category", f"1,{path}")["category"] == ["a", "b", "c"]


def test_the_sign_of_the_path_leaves_the_other_one_in_names():
    assert read("sku,category", "1,TV > DVD/Video")["category"] == ["TV", "DVD/Video"]


def test_a_row_may_name_its_currency():
    assert read("sku,price,currency", "1,150,JPY")["price"] == {"amount": 150, "currency": "JPY"}


def test_headers_of_one_s_own_are_renamed_or_passed_over():
    patch = read(
        "Art. Nr,Remark,Colour", "7,old,red", **{"art. nr": "sku", "remark": None, "Colour": "attr.colour"}
    )
    assert patch == {"sku": "7", "attributes": {"colour": "red"}}


def test_a_byte_order_mark_is_no_part_of_the_first_header():
    assert layout("\ufeffsku,name").columns == ("sku", "name")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("sku,colour,size", "Unknown columns: colour, size"),
        ("sku,attr.", "Unknown columns: attr."),
        ("name,price", "no column sku"),
        ("sku,name,Name", "occur twice: name"),
        ("sku," + ",".join(f"attr.{n}" for n in range(200)), "201 columns, more than 200"),
        ('"sku', "not a CSV header"),
    ],
)
def test_a_header_that_does_not_say_what_its_columns_are_is_refused(header, says):
    with pytest.raises(BadHeader, match=says):
        layout(header)


@pytest.mark.parametrize(
    ("header", "line", "field", "says"),
    [
        ("sku,price", "1,abc", "price", "not a number"),
        ("sku,price", "1,NaN", "price", "not a number"),
        ("sku,price", "1,1_0", "price", "not a number"),
        ("sku,price", "1,1.999", "price", "USD has 2 decimals"),
        ("sku,price", "1,9999999999999999", "price", "not an amount of money"),
        ("sku,price,currency", "1,5,XXQ", "price", "not an ISO 4217 currency code"),
        ("sku,weight_g", "1,1.5", "weight_g", "not a whole number"),
        ("sku,weight_g", "1,٣", "weight_g", "not a whole number"),
        ("sku,weight_g", "1,--3", "weight_g", "not a whole number"),
        ("sku,name", "1,a,b", "", "3 cells, the header has 2"),
        ("sku,name", "", "", "0 cells, the header has 2"),
        ("sku,name", '1,"a"b', "", "not CSV"),
    ],
)
def test_a_cell_that_cannot_be_read_is_reported_with_row_field_and_reason(header, line, field, says):
    with pytest.raises(BadRow) as refused:
        read(header, line)
    ((row, where, reason),) = reasons(refused)
    assert (row, where) == (2, field)
    assert says in reason


def test_one_row_reports_at_most_three_errors():
    with pytest.raises(BadRow) as refused:
        read("sku,price,compare_at_price,weight_g,stock_on_hand", "1,a,b,c,d")
    assert len(refused.value.errors) == 3


def test_bytes_that_are_not_utf_8_are_reported():
    with pytest.raises(BadRow) as refused:
        layout("sku,name").read(record(b"1,\xff"), "USD")
    assert reasons(refused) == [(2, "", "not UTF-8 text")]


def test_a_record_that_could_not_be_cut_is_reported():
    with pytest.raises(BadRow) as refused:
        read_json_row(record(b"", problem="longer than 9 bytes"))
    assert reasons(refused) == [(2, "", "longer than 9 bytes")]


def test_a_json_line_is_the_patch_itself():
    assert read_json_row(record(b'{"sku": "1", "brand": null}')) == {"sku": "1", "brand": None}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"sku": 1', "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"a": 1, "a": 2}', "named twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a":' * 12_000, "nested too deeply"),
        (b'{"a":' * 9 + b"1" + b"}" * 9, "nested too deeply"),
    ],
)
def test_a_line_that_is_not_a_json_object_is_reported(line, says):
    with pytest.raises(BadRow) as refused:
        read_json_row(record(line))
    ((row, field, reason),) = reasons(refused)
    assert (row, field) == (2, "")
    assert says in reason


WORD = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="|/>"), min_size=1, max_size=8)
ROW = st.fixed_dictionaries(
    {
        "sku": st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True),
        "name": WORD,
        "category": st.lists(WORD, min_size=1, max_size=3),
        "price": st.builds(lambda a: {"amount": a, "currency": "USD"}, st.integers(0, 10**12)),
        "weight_g": st.integers(0, 10**9),
        "attributes": st.fixed_dictionaries({"colour": WORD, "size": st.lists(WORD, min_size=2, max_size=3)}),
    }
)


@given(st.lists(ROW, min_size=1, max_size=5))
def test_the_same_products_come_out_of_csv_and_of_json_lines(rows):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["sku", "name", "category", "price", "weight_g", "attr.colour", "attr.size"])
    for row in rows:
        price = Decimal(row["price"]["amount"]).scaleb(-2)
        attributes = row["attributes"]
        writer.writerow(
            [
                row["sku"],
                row["name"],
                ">".join(row["category"]),
                f"{price:f}",
                row["weight_g"],
                attributes["colour"],
                "|".join(attributes["size"]),
            ]
        )
    header, *records = cut_records([text.getvalue().encode()], "csv")
    columns = CsvLayout.from_header(header, {})
    assert [columns.read(r, "USD") for r in records] == rows
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    assert [read_json_row(r) for r in cut_records([lines], "jsonl")] == rows
