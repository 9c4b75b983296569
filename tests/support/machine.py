"""A state machine's definition, run in this process: statemachines/ meets the functions' code.

It knows the states that this project uses, and runs maps one item after the other. Retries are left out:
what a step raises is caught by the definition's own `Catch`, or ends the run.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.templates import ROOT, load_template

JSON = Any
type Task = Callable[[str, JSON], JSON]
"""(the placeholder's name, such as `BeginReindex`; its payload) → the function's answer."""

EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:machine:run-1"


class Failed(Exception):  # noqa: N818 (says what happened)
    """The run ended in a Fail state, or by an error that nothing caught."""


class Machine:
    """`statemachines/<name>.asl.yaml`, with `task` for its functions."""

    def __init__(self, name: str, task: Task, *, waited: Callable[[int], None] = lambda _: None) -> None:
        self._definition = load_template(ROOT / "statemachines" / f"{name}.asl.yaml")
        self._task = task
        self._waited = waited
        self.execution = EXECUTION
        self.path: list[str] = []

    def run(self, data: JSON) -> JSON:
        """The output for an input.

        Raises:
            Failed: the run did not succeed.
        """
        self.path = []
        return self._run(self._definition, data)

    def _run(self, machine: Mapping[str, Any], data: JSON) -> JSON:
        name = machine["StartAt"]
        while True:
            self.path.append(name)
            state = machine["States"][name]
            if state["Type"] == "Fail":
                raise Failed(state["Error"])
            try:
                data = self._step(state, data)
            except Exception as error:
                if "Catch" not in state:
                    raise Failed(name) from error
                (catch,) = state["Catch"]
                data = _at(data, catch["ResultPath"], {"Error": type(error).__name__, "Cause": str(error)})
                name = catch["Next"]
                continue
            if state["Type"] == "Choice":
                name = _chosen(state, data)
            elif state.get("End"):
                return data
            else:
                name = state["Next"]

    def _step(self, state: Mapping[str, Any], data: JSON) -> JSON:
        match state["Type"]:
            case "Task":
                payload = self._filled(state["Parameters"]["Payload"], data)
                answer = self._task(state["Parameters"]["FunctionName"][2:-1], payload)
                result: JSON = {"Payload": answer}
                if "ResultSelector" in state:
                    result = self._filled(state["ResultSelector"], result)
                return _at(data, state["ResultPath"], result)
            case "Map":
                for item in _read(state["ItemsPath"], data):
                    self._run(state["ItemProcessor"], item)
                return _at(data, state["ResultPath"], None)
            case "Wait":
                self._waited(state["Seconds"])
        return data

    def _filled(self, template: Mapping[str, Any], data: JSON) -> JSON:
        known = {"Execution": {"Id": self.execution}}
        return {
            name.removesuffix(".$"): (
                _read(value[1:], known) if value.startswith("$$") else _read(value, data)
            )
            if name.endswith(".$")
            else value
            for name, value in template.items()
        }


def _read(path: str, data: JSON) -> JSON:
    for part in path.split(".")[1:]:
        data = data[part]
    return data


def _at(data: JSON, path: str | None, result: JSON) -> JSON:
    if path is None:
        return data
    (name,) = path.split(".")[1:]
    return {**data, name: result}


def _chosen(state: Mapping[str, Any], data: JSON) -> str:
    for choice in state["Choices"]:
        wanted = choice.get("StringEquals", choice.get("BooleanEquals"))
        if _read(choice["Variable"], data) == wanted:
            return str(choice["Next"])
    return str(state["Default"])
