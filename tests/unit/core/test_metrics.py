"""Metrics in CloudWatch's Embedded Metric Format."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit

from omnilife.core.context import correlated
from omnilife.core.metrics import count, emit

pytestmark = pytest.mark.unit


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]):
    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return read


def test_counting_writes_one_line_that_cloudwatch_reads(lines):
    count("CacheUnavailable", 2, store="valkey")
    (line,) = lines()
    assert line["CacheUnavailable"] == [2.0]
    assert line["store"] == "valkey"
    (described,) = line["_aws"]["CloudWatchMetrics"]
    assert described["Namespace"] == "OmniLife"
    assert described["Dimensions"] == [["store", "service"]]
    assert described["Metrics"] == [{"Name": "CacheUnavailable", "Unit": "Count"}]


def test_one_counts_dimensions_do_not_stay_for_the_next(lines):
    count("A", store="valkey")
    count("B")
    assert [line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in lines()] == [
        [["store", "service"]],
        [["service"]],
    ]


def test_properties_are_no_dimensions_and_hold_no_secrets(lines):
    with correlated("r-1"):
        emit(
            {"Latency": (MetricUnit.Milliseconds, 1.5)}, {"route": "GET /x"}, {"status": 200, "token": "abc"}
        )
    (line,) = lines()
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["route", "service"]]
    assert (line["status"], line["token"], line["correlation_id"]) == (200, "[redacted]", "r-1")
