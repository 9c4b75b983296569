"""The OpenAPI document is merged from handlers, and says so when they contradict one another."""

from pathlib import Path

import pytest
from aws_lambda_powertools.event_handler.openapi.exceptions import OpenAPIMergeError

from local.generate.openapi import AmbiguousSchema, openapi_document, route_files

HANDLER = '''"""{method} {path}: {summary}."""

from pydantic import BaseModel

from omnilife.core.http import Reply, endpoint

api = endpoint("{method}", "{path}", auth="public", tags=["operations"])


class Thing(BaseModel):
    {field}: int


@api.route
def answer() -> Thing:
    raise NotImplementedError


handler = api.handler
'''


def write(
    root: Path, name: str, method: str, path: str, *, field: str = "size", summary: str = "a thing"
) -> None:
    folder = root / "functions" / "operations" / name
    folder.mkdir(parents=True)
    text = HANDLER.format(method=method, path=path, field=field, summary=summary)
    (folder / "app.py").write_text(text, encoding="utf-8")


def test_two_handlers_of_one_path_stand_side_by_side(tmp_path: Path) -> None:
    write(tmp_path, "get_thing", "GET", "/thing")
    write(tmp_path, "put_thing", "PUT", "/thing")

    operations = openapi_document(tmp_path)["paths"]["/thing"]

    assert {method: operation["operationId"] for method, operation in operations.items()} == {
        "get": "get_thing",
        "put": "put_thing",
    }


def test_a_summary_is_what_the_handlers_file_says_of_itself(tmp_path: Path) -> None:
    write(tmp_path, "get_thing", "GET", "/thing", summary="one thing, as it is")

    operation = openapi_document(tmp_path)["paths"]["/thing"]["get"]

    assert operation["summary"] == "One thing, as it is"


def test_one_name_for_two_shapes_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "get_thing", "GET", "/thing", field="size")
    write(tmp_path, "get_other", "GET", "/other", field="weight")

    with pytest.raises(AmbiguousSchema, match=r"schema Thing differs between .*get_other.* and .*get_thing"):
        openapi_document(tmp_path)


def test_two_handlers_of_one_route_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "get_thing", "GET", "/thing")
    write(tmp_path, "find_thing", "GET", "/thing")

    with pytest.raises(OpenAPIMergeError, match="GET /thing"):
        openapi_document(tmp_path)


def test_a_handler_that_cannot_be_loaded_stops_the_making(tmp_path: Path) -> None:
    write(tmp_path, "get_thing", "GET", "/thing")
    broken = tmp_path / "functions/operations/get_thing/app.py"
    broken.write_text("import omnilife.nothing\n" + broken.read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(UserWarning, match="Failed to load resolver"):
        openapi_document(tmp_path)


def test_functions_without_a_route_are_not_in_the_document(tmp_path: Path) -> None:
    write(tmp_path, "get_thing", "GET", "/thing")
    consumer = tmp_path / "functions/operations/index_things/app.py"
    consumer.parent.mkdir()
    consumer.write_text("handler = print\n", encoding="utf-8")

    assert [file.parent.name for file in route_files(tmp_path)] == ["get_thing"]
