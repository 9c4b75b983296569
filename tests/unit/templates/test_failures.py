"""No lost data: every asynchronous edge has its retries, a dead-letter queue and an alarm."""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.templates import ROOT, load_template
from tests.unit.templates.stacks import (
    Function,
    Stack,
    all_functions,
    all_stacks,
    domain_stacks,
    references,
    refers_to,
)

VISIBILITY_TIMES_TIMEOUT = 6
"""AWS's advice: a batch that is throttled is tried again before it shows up a second time."""

each_function = pytest.mark.parametrize("function", all_functions(), ids=lambda function: function.folder)
each_domain = pytest.mark.parametrize("stack", domain_stacks(), ids=lambda stack: stack.name)


def dead_letter_queues(stack: Stack) -> set[str]:
    """Queues in which something else lays what it gave up."""
    given_up = [queue.get("RedrivePolicy") for queue in stack.of_type("AWS::SQS::Queue").values()]
    for kind in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"):
        given_up += [
            edge.get("DestinationConfig", {}).get("OnFailure") for edge in stack.of_type(kind).values()
        ]
    given_up += [
        function.get("DeadLetterConfig") for function in stack.of_type("AWS::Lambda::Function").values()
    ]
    given_up += [
        target.get("DeadLetterConfig")
        for rule in stack.of_type("AWS::Events::Rule").values()
        for target in rule["Targets"]
    ]
    given_up += [
        schedule["Target"].get("DeadLetterConfig")
        for schedule in stack.of_type("AWS::Scheduler::Schedule").values()
    ]
    return set(references(given_up)) & set(stack.of_type("AWS::SQS::Queue"))


def streams() -> list[tuple[Function, dict[str, Any]]]:
    """Functions that read a stream, and how."""
    return [
        (function, mapping)
        for function in all_functions()
        for mapping in function.triggers
        if "StartingPosition" in mapping
    ]


def alarms_on(stack: Stack, namespace: str, metric: str, logical_id: str) -> list[dict[str, Any]]:
    return [
        alarm
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("Namespace") == namespace
        and alarm.get("MetricName") == metric
        and refers_to(alarm["Dimensions"], logical_id)
    ]


@each_domain
def test_every_queue_has_a_dead_letter_queue_or_is_one(stack: Stack) -> None:
    without = {
        logical_id
        for logical_id, queue in stack.of_type("AWS::SQS::Queue").items()
        if "RedrivePolicy" not in queue
    }

    assert without == dead_letter_queues(stack)


@each_domain
def test_what_lands_among_the_dead_letters_raises_an_alarm(stack: Stack) -> None:
    silent = [
        logical_id
        for logical_id in dead_letter_queues(stack)
        if not alarms_on(stack, "AWS/SQS", "ApproximateNumberOfMessagesVisible", logical_id)
    ]

    assert silent == []


@each_domain
def test_dead_letters_are_kept_as_long_as_sqs_can(stack: Stack) -> None:
    queues = stack.of_type("AWS::SQS::Queue")

    assert {queues[name]["MessageRetentionPeriod"] for name in dead_letter_queues(stack)} <= {14 * 86400}


@each_domain
def test_queues_are_encrypted_with_the_projects_key(stack: Stack) -> None:
    keys = {name: queue.get("KmsMasterKeyId") for name, queue in stack.of_type("AWS::SQS::Queue").items()}

    assert [name for name, key in keys.items() if key != {"Ref": "EncryptionKeyArn"}] == []


@each_domain
def test_every_alarm_is_heard(stack: Stack) -> None:
    assert stack.of_type("AWS::CloudWatch::Alarm")
    for alarm in stack.of_type("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopicArn"}]
        assert alarm["AlarmDescription"]
        assert alarm["TreatMissingData"] == "notBreaching"


@each_domain
def test_requests_that_fail_raise_an_alarm(stack: Stack) -> None:
    (api,) = stack.of_type("AWS::ApiGatewayV2::Api")

    assert alarms_on(stack, "AWS/ApiGateway", "5xx", api)


def test_a_queue_waits_for_its_function() -> None:
    read = [
        (function, queue, mapping)
        for function in all_functions()
        for mapping in function.triggers
        for name, queue in function.stack.of_type("AWS::SQS::Queue").items()
        if name in references(mapping["EventSourceArn"])
    ]

    assert read
    for function, queue, mapping in read:
        assert queue["VisibilityTimeout"] >= VISIBILITY_TIMES_TIMEOUT * function.properties["Timeout"]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_poisoned_stream_record_is_isolated_laid_aside_and_told_of() -> None:
    assert streams()
    for function, mapping in streams():
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 0 < mapping["MaximumRetryAttempts"] <= 10_000
        assert set(references(mapping["DestinationConfig"]["OnFailure"])) <= dead_letter_queues(
            function.stack
        )
        assert mapping["FilterCriteria"]["Filters"]


def test_no_stream_has_more_than_two_readers() -> None:
    readers = Counter(str(mapping["EventSourceArn"]) for _, mapping in streams())

    assert max(readers.values()) <= 2


BY_HAND = {"identity/make_first_admin"}
"""Invoked by a person, who sees the answer."""


@each_function
def test_a_function_that_nobody_waits_for_has_a_way_to_say_that_it_failed(function: Function) -> None:
    stack = function.stack
    machines = stack.of_type("AWS::StepFunctions::StateMachine")
    waited_for = (
        function.folder in BY_HAND
        or function in stack.routes.values()
        or function.triggers
        or any(refers_to(machine, function.logical_id) for machine in machines.values())
    )
    laid_aside = any(
        refers_to(config["FunctionName"], function.logical_id)
        and config.get("DestinationConfig", {}).get("OnFailure")
        for config in stack.of_type("AWS::Lambda::EventInvokeConfig").values()
    )

    assert waited_for or laid_aside or alarms_on(stack, "AWS/Lambda", "Errors", function.logical_id), (
        function.folder
    )


def test_every_rule_lays_aside_what_it_cannot_deliver() -> None:
    targets = [
        (stack, target)
        for stack in domain_stacks()
        for rule in stack.of_type("AWS::Events::Rule").values()
        for target in rule["Targets"]
    ]

    assert targets
    for stack, target in targets:
        assert set(references(target["DeadLetterConfig"])) <= dead_letter_queues(stack)


def test_a_step_is_waited_for_longer_than_its_function_may_run() -> None:
    """A step given up while its function still works would be tried a second time beside the first."""
    functions = {function.logical_id: function for function in all_functions()}
    waited = [
        (functions[target.removesuffix(".Alias")].properties["Timeout"], state["TimeoutSeconds"])
        for stack in domain_stacks()
        for resource in stack.source["Resources"].values()
        if resource["Type"] == "AWS::Serverless::StateMachine"
        for state in tasks(stack, resource["Properties"]["DefinitionUri"])
        if "TimeoutSeconds" in state
        for target in [substituted(resource["Properties"], state["Parameters"]["FunctionName"])]
    ]

    assert waited
    assert [pair for pair in waited if pair[0] >= pair[1]] == []


def tasks(stack: Stack, definition: str) -> list[dict[str, Any]]:
    """All task states of a definition, those inside maps too."""
    path = os.path.normpath(Path(stack.path).parent / definition)
    waiting, found = [load_template(path)], []
    while waiting:
        for state in waiting.pop()["States"].values():
            found += [state] if state["Type"] == "Task" else []
            waiting += [state["ItemProcessor"]] if "ItemProcessor" in state else []
    return found


def substituted(machine: Mapping[str, Any], text: str) -> str:
    """What `${Name}` in a definition stands for: the Ref of a function's alias."""
    value: str = machine["DefinitionSubstitutions"][text.removeprefix("${").removesuffix("}")]["Ref"]
    return value


def test_a_state_machine_that_fails_raises_an_alarm() -> None:
    machines = [
        (stack, machine)
        for stack in domain_stacks()
        for machine in stack.of_type("AWS::StepFunctions::StateMachine")
    ]

    assert machines
    for stack, machine in machines:
        assert alarms_on(stack, "AWS/States", "ExecutionsFailed", machine)
        assert alarms_on(stack, "AWS/States", "ExecutionsTimedOut", machine)


def test_the_runbook_says_what_to_do_about_every_alarm() -> None:
    runbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    alarms = {name for stack in all_stacks() for name in stack.of_type("AWS::CloudWatch::Alarm")}

    assert {name for name in alarms if f"`{name}`" not in runbook} == set()
