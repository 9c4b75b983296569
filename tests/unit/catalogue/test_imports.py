"""Imports, from the upload to the report."""

import base64
import json
from datetime import timedelta

import pytest

from omnilife.catalogue import NewImport
from omnilife.catalogue.finish_imports import finish_import
from omnilife.catalogue.import_models import MAX_IMPORT_ROWS
from omnilife.catalogue.open_imports import create_import
from omnilife.catalogue.plan_imports import ROWS_A_CHUNK
from omnilife.catalogue.store.files import FileReplaced, ImportFiles, UploadedFile, import_of
from omnilife.core import aws
from omnilife.core.cursors import BadCursor
from omnilife.core.errors import Forbidden, IdempotencyConflict, NotFound
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import ADMIN, MERCHANT, STRANGER, ImportRun, Shop, lamp, lines, once
from tests.unit.catalogue.test_change_stock import take


@pytest.fixture
def run(shop: Shop) -> ImportRun:
    client = aws.client("s3")
    client.create_bucket(Bucket="imports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    client.put_bucket_versioning(Bucket="imports", VersioningConfiguration={"Status": "Enabled"})
    return ImportRun(shop)


def outcome(job) -> tuple[int, int, int, int]:
    return job.result.created, job.result.updated, job.result.unchanged, job.result.failed


def errors(job) -> list[tuple[int, str, str]]:
    return [(error.row, error.field, error.reason) for error in job.result.errors]


# -- what is loaded


def test_good_rows_load_and_bad_ones_are_listed(run: ImportRun):
    rows = [
        lamp(),
        lamp(sku="b", price={"amount": -5, "currency": "USD"}),
        lamp(sku="c"),
        lamp(sku="d", name=""),
    ]
    job = run.run("jsonl", lines(rows))
    assert (job.state, job.progress.done, job.progress.total) == ("succeeded", 4, 4)
    assert outcome(job) == (2, 0, 0, 2)
    assert [(row, field) for row, field, _ in errors(job)] == [(2, "price.amount"), (4, "name")]
    assert sorted(item["sku"] for item in run.shop.items("products")) == ["c", "lamp-1"]


def test_a_loaded_product_is_like_a_created_one(run: ImportRun):
    run.run("jsonl", lines([lamp(sku="loaded")]))
    created = run.shop.create(sku="created")
    (item,) = [item for item in run.shop.items("products") if item["sku"] == "loaded"]
    loaded = run.shop.find(item["product_id"])
    same = {"sku", "product_id", "created_at", "updated_at"}
    assert loaded.model_dump(exclude=same) == created.model_dump(exclude=same)
    assert run.shop.counts() == {"home/lighting": 2}
    assert [event["type"] for event in run.shop.events()] == ["ProductChanged", "ProductChanged"]
    assert {item["last_change"]["reason"] for item in run.shop.items("stock")} == {"import", "initial"}


def test_a_csv_loads_with_the_shop_s_currency_and_quoted_lines(run: ImportRun):
    content = (
        b"sku,name,category,price,description,attr.colour\r\n"
        b'a,"Lamp, ""big""",home>light,49.5,"two\r\nlines",red|blue\r\n'
    )
    job = run.run("csv", content)
    assert outcome(job) == (1, 0, 0, 0)
    product = run.shop.browse().items[0]
    assert (product.name, product.description) == ('Lamp, "big"', "two\nlines")
    assert (product.price.amount, product.category) == (4950, ["home", "light"])
    assert product.attributes == {"colour": ["red", "blue"]}


def test_the_same_file_again_writes_nothing(run: ImportRun):
    content = lines([lamp(), lamp(sku="b")])
    run.run("jsonl", content)
    before = {entity: run.shop.items(entity) for entity in ("products", "stock", "outbox", "categories")}
    job = run.run("jsonl", content)
    assert outcome(job) == (0, 0, 2, 0)
    assert {entity: run.shop.items(entity) for entity in before} == before


def test_a_row_changes_what_it_names_and_leaves_the_rest(run: ImportRun):
    product = run.shop.create()
    job = run.run("jsonl", lines([{"sku": "lamp-1", "price": {"amount": 1}, "attributes": {"colour": None}}]))
    assert outcome(job) == (0, 1, 0, 0)
    after = run.shop.find(product.product_id)
    assert (after.price.amount, after.version, after.name) == (1, 2, product.name)
    assert after.attributes == {"voltage": ["12 V", "230 V"]}
    changed, cheaper = run.shop.events()[-2:]
    assert changed["data"]["fields"] == ["attributes", "price"]
    assert (cheaper["type"], cheaper["data"]["price"]["amount"]) == ("PriceDropped", 1)


def test_a_row_s_stock_replaces_the_count_and_is_announced(run: ImportRun):
    product = run.shop.create(stock_on_hand=5)
    job = run.run("jsonl", lines([{"sku": "lamp-1", "stock_on_hand": 9}]))
    assert outcome(job) == (0, 1, 0, 0)
    assert run.shop.find(product.product_id).stock_on_hand == 9
    assert run.shop.find(product.product_id).version == 1
    event = run.shop.events()[-1]
    assert (event["type"], event["data"]["reason"], event["data"]["on_hand"]) == (
        "StockAdjusted",
        "import",
        9,
    )


def test_a_count_below_what_orders_reserved_is_a_bad_row(run: ImportRun):
    product = run.shop.create(stock_on_hand=5)
    take(run.shop, product.product_id, 3)
    job = run.run("jsonl", lines([{"sku": "lamp-1", "stock_on_hand": 2, "name": "New"}]))
    assert errors(job) == [(1, "stock_on_hand", "3 units are reserved by orders")]
    assert run.shop.find(product.product_id).name == product.name


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ({"name": "no sku"}, "sku", "required"),
        ({"sku": "new"}, "name", "required"),
        (lamp(price={"amount": 1, "currency": "EUR"}), "price.currency", "EUR is not USD"),
        (lamp(version=7), "version", "not permitted"),
        (lamp(merchant_id="merchant-2"), "merchant_id", "administrator"),
        (lamp(rating=5), "rating", "administrator"),
        (lamp(stock_on_hand=-1), "stock_on_hand", "greater than or equal to 0"),
        (lamp(attributes={"a": "x" * 300}), "attributes.a.0", "at most 256"),
    ],
)
def test_a_bad_row_says_which_field_and_why(run: ImportRun, row, field, says):
    job = run.run("jsonl", lines([row]))
    assert job.state == "succeeded"
    found = {where: reason for _, where, reason in errors(job)}
    assert says in found[field]
    assert run.shop.items("products") == []


def test_of_two_rows_with_one_sku_the_first_is_loaded(run: ImportRun):
    job = run.run("jsonl", lines([lamp(name="First"), lamp(sku="b"), lamp(name="Second")]))
    assert errors(job) == [(3, "sku", "row 1 has this SKU already")]
    assert {item["name"] for item in run.shop.items("products") if item["sku"] == "lamp-1"} == {"First"}


def test_an_administrator_s_file_carries_merchants_and_ratings(run: ImportRun):
    rows = [
        lamp(merchant_id="m-1", rating=4.25, review_count=8),
        lamp(merchant_id="m-2"),
    ]
    assert outcome(run.run("jsonl", lines(rows), ADMIN)) == (2, 0, 0, 0)
    found = {product.merchant_id: product for product in run.shop.browse().items}
    assert (found["m-1"].rating, found["m-1"].review_count) == (4.25, 8)
    assert found["m-2"].rating is None
    rows[1]["rating"] = 3
    assert outcome(run.run("jsonl", lines(rows), ADMIN)) == (0, 1, 1, 0)
    assert run.shop.events()[-1]["data"]["fields"] == ["rating"]


def test_an_administrator_imports_for_a_merchant(run: ImportRun):
    job = run.run("jsonl", lines([lamp()]), ADMIN, merchant_id="merchant-2")
    assert run.shop.browse().items[0].merchant_id == "merchant-2"
    assert run.find(job.job_id, STRANGER).state == "succeeded"


# -- repetition and interruption


def test_a_file_of_several_chunks_is_loaded_whole(run: ImportRun, monkeypatch):
    monkeypatch.setattr("omnilife.catalogue.plan_imports.ROWS_A_CHUNK", 7)
    rows = [lamp(sku=f"s-{number}", name="" if number % 10 == 9 else "x") for number in range(30)]
    ticket = run.open("jsonl")
    plan = run.plan(run.upload(ticket, b"\n" + lines(rows)))
    assert [task["chunk"] for task in plan["chunks"]] == [0, 1, 2, 3, 4]
    for task in reversed(plan["chunks"]):
        run.load(ticket.job_id, task["chunk"])
    job = run.find(ticket.job_id)
    assert (job.progress.done, job.progress.total, outcome(job)) == (30, 30, (27, 0, 0, 3))
    assert [row for row, _, _ in errors(job)] == [11, 21, 31]
    assert run.shop.counts() == {"home/lighting": 27}


def test_a_chunk_that_is_loaded_again_changes_and_counts_nothing(run: ImportRun):
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([lamp(), lamp(sku="b", name="")])))
    run.load(ticket.job_id)
    before = run.find(ticket.job_id), run.shop.items("products")
    run.load(ticket.job_id)
    assert (run.find(ticket.job_id), run.shop.items("products")) == before


def test_a_chunk_cut_off_before_its_report_comes_to_the_same_report(run: ImportRun, monkeypatch):
    run.shop.create(sku="old", name="Before")
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([lamp(), lamp(sku="old", name="After", stock_on_hand=9)])))
    with monkeypatch.context() as cut:
        cut.setattr(type(run.shop.imports), "finish_chunk", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run.load(ticket.job_id)
    assert outcome(run.find(ticket.job_id)) == (0, 0, 0, 0)
    run.load(ticket.job_id)
    assert outcome(run.find(ticket.job_id)) == (1, 1, 0, 0)
    assert len(run.shop.items("products")) == 2


def test_what_was_sold_between_two_tries_is_not_put_back(run: ImportRun, monkeypatch):
    product = run.shop.create(stock_on_hand=1)
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([{"sku": "lamp-1", "stock_on_hand": 10}])))
    with monkeypatch.context() as cut:
        cut.setattr(type(run.shop.imports), "finish_chunk", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run.load(ticket.job_id)
    run.shop.adjust(product.product_id, -4)
    run.load(ticket.job_id)
    assert run.shop.find(product.product_id).stock_on_hand == 6
    assert outcome(run.find(ticket.job_id)) == (0, 1, 0, 0)


def test_a_product_changed_meanwhile_is_read_again_and_its_batch_still_loads(run: ImportRun, monkeypatch):
    product = run.shop.create(name="Before")
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([{"sku": "lamp-1", "brand": "New"}, lamp(sku="b")])))
    interrupt(run, monkeypatch, lambda: run.shop.edit(product.product_id, {"name": "Meanwhile"}))
    run.load(ticket.job_id)
    after = run.shop.find(product.product_id)
    assert (after.name, after.brand, after.version) == ("Meanwhile", "New", 3)
    assert outcome(run.find(ticket.job_id)) == (1, 1, 0, 0)


def test_a_product_that_others_made_meanwhile_is_updated(run: ImportRun, monkeypatch):
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([lamp(name="Mine")])))
    interrupt(run, monkeypatch, lambda: run.shop.create(name="Theirs"))
    run.load(ticket.job_id)
    assert [item["name"] for item in run.shop.items("products")] == ["Mine"]
    assert outcome(run.find(ticket.job_id)) == (0, 1, 0, 0)


def test_when_others_made_the_very_same_product_there_is_nothing_left_to_do(run: ImportRun, monkeypatch):
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([lamp()])))
    interrupt(run, monkeypatch, run.shop.create)
    run.load(ticket.job_id)
    assert outcome(run.find(ticket.job_id)) == (0, 0, 1, 0)


def test_a_row_that_others_keep_changing_is_reported(run: ImportRun, monkeypatch):
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([lamp()])))

    def always_late(*_args, **_more):
        raise ConditionFailed("product", None)

    monkeypatch.setattr(type(run.shop.store), "commit", always_late)
    run.load(ticket.job_id)
    assert errors(run.find(ticket.job_id)) == [(1, "", "others kept changing this product")]


def interrupt(run: ImportRun, monkeypatch, act) -> None:
    """Let `act` happen just before the next transaction."""
    store = type(run.shop.store)
    commit = store.commit

    def act_then_commit(self, *args, **more):
        monkeypatch.setattr(store, "commit", commit)
        act()
        return commit(self, *args, **more)

    monkeypatch.setattr(store, "commit", act_then_commit)


# -- whole files and jobs


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("csv", b"\x00\xff not a table", "not a CSV header"),
        ("csv", b"name,price\nx,1\n", "no column sku"),
        ("csv", b"sku,colour\n1,red\n", "Unknown columns: colour"),
        ("csv", b"sku,name\n", "no rows"),
        ("csv", b"", "is empty"),
        ("jsonl", b"\n \n", "no rows"),
        ("jsonl", b'{"sku":1}\n' * (MAX_IMPORT_ROWS + 1), "more than 50000 rows"),
    ],
)
def test_a_file_that_cannot_be_loaded_fails_with_its_reason(run: ImportRun, kind, content, says):
    job = run.run(kind, content)
    assert (job.state, job.problem.type) == ("failed", "/problems/bad-file")
    assert says in job.problem.detail
    assert job.finished_at is not None
    assert run.shop.items("products") == []


def test_a_file_over_the_limit_is_not_even_read(run: ImportRun):
    ticket = run.open("csv")
    file = UploadedFile(ticket.upload.fields["key"], 20 * 1024 * 1024 + 1, "etag")
    assert run.plan(file)["run"] is False
    assert "20971520" in run.find(ticket.job_id).problem.detail


@pytest.mark.parametrize("versioned", [True, False])
def test_a_file_that_was_replaced_before_it_was_read(run: ImportRun, versioned):
    ticket = run.open("jsonl")
    first = run.upload(ticket, lines([lamp(name="First")]))
    run.upload(ticket, lines([lamp(name="Second"), lamp(sku="b")]))
    if versioned:
        run.plan(first)
        run.load(ticket.job_id)
        assert [item["name"] for item in run.shop.items("products")] == ["First"]
    else:
        run.plan(UploadedFile(first.key, first.size, first.etag))
        assert "replaced" in run.find(ticket.job_id).problem.detail


def test_a_file_that_is_gone_when_a_chunk_wants_it_breaks_the_chunk(run: ImportRun):
    ticket = run.open("jsonl")
    file = run.upload(ticket, lines([lamp()]))
    run.plan(file)
    aws.client("s3").delete_object(Bucket="imports", Key=file.key, VersionId=file.version_id)
    with pytest.raises(FileReplaced):
        run.load(ticket.job_id)


def test_a_file_announced_twice_is_taken_on_once(run: ImportRun):
    ticket = run.open("jsonl")
    file = run.upload(ticket, lines([lamp()]))
    first = run.plan(file, "run-1")
    assert run.plan(file, "run-2")["run"] is False
    assert run.plan(file, "run-1") == first


def test_a_row_that_cannot_be_read_has_no_sku_to_compare(run: ImportRun):
    assert outcome(run.run("jsonl", b"{\n" * 2 + lines([lamp()]))) == (1, 0, 0, 2)


def test_rows_beyond_one_transaction_go_into_the_next(run: ImportRun, monkeypatch):
    sizes: list[int] = []
    transact = type(run.shop.table).transact

    def count(table, parts, **more):
        sizes.append(len(parts))
        transact(table, parts, **more)

    monkeypatch.setattr(type(run.shop.table), "transact", count)
    job = run.run("jsonl", lines([lamp(sku=f"s-{n}", category=[f"c-{n % 7}"]) for n in range(50)]))
    assert outcome(job) == (50, 0, 0, 0)
    assert sorted(sizes)[-3:] == [20, 99, 99]
    assert sum(run.shop.counts().values()) == 50


def test_a_chunk_s_result_that_is_told_twice_counts_once(run: ImportRun):
    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, lines([lamp()])))
    for _ in range(2):
        run.shop.imports.finish_chunk(ticket.job_id, 0, {"created": 1}, [])
    assert run.find(ticket.job_id).progress.done == 1


def test_a_plan_that_comes_after_its_chunks_were_loaded_leaves_them(run: ImportRun):
    ticket = run.open("jsonl")
    file = run.upload(ticket, lines([lamp()]))
    run.plan(file)
    run.load(ticket.job_id)
    run.plan(file)
    run.load(ticket.job_id)
    assert run.find(ticket.job_id).progress.done == 1


@pytest.mark.parametrize(
    "key", ["imports/unknown/rows.csv", "other/x/rows.csv", "imports/x/other", "imports"]
)
def test_an_object_that_belongs_to_no_import_is_passed_over(run: ImportRun, key):
    assert run.plan(UploadedFile(key, 1, "etag"))["chunks"] == []


def test_a_key_names_its_import():
    assert import_of("imports/i-1/rows.jsonl") == "i-1"
    assert import_of("imports/i-1/x") == import_of("i-1") == ""


def test_an_import_that_broke_off_says_so_and_ends_once(run: ImportRun):
    ticket = run.open("jsonl")
    file = run.upload(ticket, lines([lamp()]))
    run.plan(file)
    finish_import(run.shop.imports, file.key, broken=True, clock=run.shop.clock)
    finish_import(run.shop.imports, file.key, clock=run.shop.clock)
    job = run.find(ticket.job_id)
    assert (job.state, job.problem.type) == ("failed", "/problems/import-failed")
    run.load(ticket.job_id)
    assert run.shop.items("products") == []


def test_an_import_without_a_file_fails_when_its_time_is_over(run: ImportRun):
    ticket = run.open("csv")
    assert run.find(ticket.job_id).result is None
    run.shop.clock.advance(seconds=16 * 60)
    job = run.find(ticket.job_id)
    assert (job.state, job.problem.type) == ("failed", "/problems/no-file")


def test_an_import_is_forgotten_after_ninety_days(run: ImportRun):
    ticket = run.open("csv")
    run.shop.clock.advance(seconds=timedelta(days=90).total_seconds())
    with pytest.raises(NotFound):
        run.find(ticket.job_id)


def test_an_import_is_its_merchant_s_and_the_administrators(run: ImportRun):
    ticket = run.open("csv")
    with pytest.raises(NotFound):
        run.find(ticket.job_id, STRANGER)
    with pytest.raises(NotFound):
        run.find("nothing")
    assert run.find(ticket.job_id, ADMIN).state == "queued"


def test_a_merchant_does_not_import_for_another(run: ImportRun):
    with pytest.raises(Forbidden):
        run.open("csv", MERCHANT, merchant_id="merchant-2")


def test_the_form_of_a_repeated_request_is_made_anew_for_the_same_import(run: ImportRun):
    def create(kind: str, body: str):
        new = NewImport(format=kind)
        idem = once("k", body)
        shop = run.shop
        return create_import(
            shop.imports,
            run.files,
            new,
            caller=MERCHANT,
            idempotency=idem,
            clock=shop.clock,
            make_id=shop.ids,
        )

    first = create("csv", "body")
    run.shop.clock.advance(seconds=60)
    again = create("csv", "body")
    assert (again.job_id, again.upload.expires_at) == (first.job_id, first.upload.expires_at)
    assert len(run.shop.items("imports")) == 1
    with pytest.raises(IdempotencyConflict):
        create("jsonl", "other")


def test_the_form_enforces_size_type_and_key(run: ImportRun):
    url, fields = ImportFiles("imports").upload_form("i-1", "csv", max_bytes=99, valid_s=60)
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert "imports" in url
    assert {"Content-Type": "text/csv"} in policy["conditions"]
    assert ["content-length-range", 1, 99] in policy["conditions"]
    assert {"key": "imports/i-1/rows.csv"} in policy["conditions"]


def test_errors_are_read_page_by_page(run: ImportRun, monkeypatch):
    monkeypatch.setattr("omnilife.catalogue.plan_imports.ROWS_A_CHUNK", 2)
    monkeypatch.setattr("omnilife.catalogue.report_imports.CHUNKS_A_READ", 1)
    job = run.run("jsonl", lines([{"sku": f"s-{n}", "price": 1} if n != 2 else lamp() for n in range(7)]))
    pages = [run.find(job.job_id, limit=4)]
    while cursor := pages[-1].result.next_cursor:
        pages.append(run.find(job.job_id, limit=4, cursor=cursor))
    found = [error for page in pages for error in page.result.errors]
    assert found == list(dict.fromkeys(found))
    assert {error.row for error in found} == {1, 2, 4, 5, 6, 7}
    assert [len(page.result.errors) for page in pages[:-1]] == [4] * (len(pages) - 1)
    with pytest.raises(BadCursor):
        run.find(run.open("csv").job_id, cursor=pages[0].result.next_cursor)


def test_a_chunk_has_a_limit_of_rows_and_of_bytes(run: ImportRun):
    ticket = run.open("jsonl")
    row = lines([{"sku": "x", "description": "y" * 5000}])
    plan = run.plan(run.upload(ticket, row * 600))
    assert [run.shop.imports.find_chunk(ticket.job_id, task["chunk"]).rows for task in plan["chunks"]] == [
        209,
        209,
        182,
    ]
    assert ROWS_A_CHUNK == 250
