"""House rules for functions: each has one folder, one owner, a reason for its size, and a fitting sample."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.templates import ROOT
from tests.unit.templates.stacks import Function, Stack, all_functions, domain_stacks

HTTP_API_TIMEOUT_S = 30
MAX_LAYERS = 5
MAX_ENVIRONMENT_BYTES = 4096
LONGEST_VALUE = 160
"""Of a variable that is only known at deployment: an ARN or an address."""

each_function = pytest.mark.parametrize("function", all_functions(), ids=lambda function: function.folder)
each_domain = pytest.mark.parametrize("stack", domain_stacks(), ids=lambda stack: stack.name)


def test_every_folder_is_a_function_and_every_function_has_a_folder() -> None:
    folders = {str(path.parent.relative_to(ROOT / "functions")) for path in ROOT.glob("functions/*/*/app.py")}

    assert {function.folder for function in all_functions()} == folders


@each_function
def test_a_function_is_called_as_its_folder(function: Function) -> None:
    words = Path(function.folder).name.split("_")

    assert function.logical_id == "".join(word.capitalize() for word in words) + "Function"


@each_function
def test_a_function_belongs_to_its_domain(function: Function) -> None:
    assert function.variables["POWERTOOLS_SERVICE_NAME"] == function.stack.name


@each_domain
def test_every_memory_size_has_its_reason_beside_it(stack: Stack) -> None:
    sizes = re.findall(r"^\s+MemorySize: .*$", stack.text, re.MULTILINE)

    assert len(sizes) == len(stack.functions)
    assert [size for size in sizes if not re.search(r"MemorySize: \d+ # \S+ \S+", size)] == []


@each_domain
def test_a_request_is_answered_before_the_gateway_gives_up(stack: Stack) -> None:
    timeouts = {route: function.properties["Timeout"] for route, function in stack.routes.items()}

    assert max(timeouts.values()) < HTTP_API_TIMEOUT_S


@each_function
def test_a_function_has_a_role_of_its_own(function: Function) -> None:
    users = [other for other in all_functions() if other.properties["Role"] == function.properties["Role"]]

    assert [other.folder for other in users if other.stack == function.stack] == [function.folder]


@each_function
def test_a_function_runs_on_the_runtime_and_processor_that_the_project_deploys(function: Function) -> None:
    assert function.properties["Runtime"] == "python3.13"
    assert function.properties["Architectures"] == [{"Ref": "Architecture"}]
    assert function.properties["Handler"] == "app.handler"


@each_function
def test_a_function_logs_into_its_domains_group_and_says_which_version_it_is(function: Function) -> None:
    assert function.properties["LoggingConfig"]["LogGroup"] == {"Ref": "Logs"}
    assert {"STAGE", "APP_VERSION", "POWERTOOLS_LOG_LEVEL"} <= set(function.variables)


@each_domain
def test_a_domains_logs_are_not_kept_for_ever(stack: Stack) -> None:
    groups = stack.of_type("AWS::Logs::LogGroup")

    assert groups["Logs"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert all("RetentionInDays" in group for group in groups.values())


@each_function
def test_a_function_fits_lambdas_limits(function: Function) -> None:
    environment = sum(
        len(name) + (len(value) if isinstance(value, str) else LONGEST_VALUE)
        for name, value in function.variables.items()
    )

    assert environment < MAX_ENVIRONMENT_BYTES
    assert len(function.layers) <= MAX_LAYERS


@each_function
def test_a_function_is_in_the_network_exactly_when_it_speaks_to_an_engine(function: Function) -> None:
    speaks = {"VALKEY_URL", "OPENSEARCH_URL"} & set(function.variables)

    assert bool(speaks) == ("VpcConfig" in function.properties)


def test_the_network_is_left_out_where_there_is_none() -> None:
    networks = [f.properties["VpcConfig"] for f in all_functions() if "VpcConfig" in f.properties]

    assert networks
    assert [
        n for n in networks if (n["Fn::If"][0], n["Fn::If"][2]) != ("InVpc", {"Ref": "AWS::NoValue"})
    ] == []


@pytest.mark.parametrize(
    ("route", "function"),
    [(route, function) for stack in domain_stacks() for route, function in stack.routes.items()],
    ids=lambda value: getattr(value, "folder", ""),
)
def test_the_sample_of_a_request_is_one_of_its_route(route: str, function: Function) -> None:
    event = sample_of(function)

    assert event["version"] == "2.0"
    assert event["routeKey"] == route
    assert event["requestContext"]["http"]["path"] == event["rawPath"]


@pytest.mark.parametrize(
    "function",
    [function for function in all_functions() if function.triggers],
    ids=lambda function: function.folder,
)
def test_the_sample_of_a_batch_is_of_its_source(function: Function) -> None:
    streams = any("StartingPosition" in mapping for mapping in function.triggers)

    sources = {record["eventSource"] for record in sample_of(function)["Records"]}

    assert sources == {"aws:dynamodb" if streams else "aws:sqs"}


def test_every_function_has_a_sample_of_what_invokes_it() -> None:
    samples = {
        str(path.relative_to(ROOT / "events").with_suffix("")) for path in ROOT.glob("events/*/*.json")
    }

    assert samples == {function.folder for function in all_functions()}


def sample_of(function: Function) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(
        (ROOT / "events" / f"{function.folder}.json").read_text(encoding="utf-8")
    )
    return event
