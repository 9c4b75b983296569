"""Log lines: JSON, correlated, and without secrets wherever they hide."""

import json
from typing import Any

import pytest

from omnilife.core.context import correlated
from omnilife.core.logging import bind, logger

pytestmark = pytest.mark.unit

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2lnbmF0dXJl"


@pytest.fixture
def last_line(capsys: pytest.CaptureFixture[str]):
    def read() -> dict[str, Any]:
        line: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return line

    return read


def test_a_line_has_its_level_its_message_and_its_extras(last_line):
    logger.info("rows loaded", extra={"rows": 250})
    line = last_line()
    assert (line["level"], line["message"], line["rows"]) == ("INFO", "rows loaded", 250)
    assert line["timestamp"].endswith("+00:00")


def test_a_line_carries_the_correlation_id_of_its_request(last_line):
    with correlated("r-1"):
        logger.info("inside")
        assert last_line()["correlation_id"] == "r-1"
    logger.info("outside")
    assert "correlation_id" not in last_line()


def test_bound_keys_are_on_every_line_inside_and_on_none_after(last_line):
    with bind(import_id="i-1"):
        logger.info("inside")
        assert last_line()["import_id"] == "i-1"
    logger.info("outside")
    assert "import_id" not in last_line()


def test_secrets_are_taken_out_of_message_extras_and_bound_keys(capsys: pytest.CaptureFixture[str]):
    with bind(session={"refresh_token": "shhh-1"}):
        logger.info(f"Bearer {JWT}", extra={"headers": {"authorization": "shhh-2"}, "note": f"got {JWT}"})
    written = capsys.readouterr().out
    assert JWT not in written
    assert "shhh" not in written


def test_secrets_are_taken_out_of_a_stack_trace(capsys: pytest.CaptureFixture[str]):
    def charge() -> None:
        raise ValueError(f"cannot charge 4111 1111 1111 1111 with {JWT}")

    try:
        charge()
    except ValueError:
        logger.exception("failed")
    written = capsys.readouterr().out
    assert "ValueError" in written
    assert "Traceback" in written
    assert "4111" not in written
    assert JWT not in written


def test_an_object_is_redacted_as_the_text_that_it_is_written_as(capsys: pytest.CaptureFixture[str]):
    logger.info("failed", extra={"error": ValueError(f"Bearer {JWT}")})
    assert JWT not in capsys.readouterr().out
