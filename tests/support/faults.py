"""Faults that moto does not have: conflicts, throttling, answers that get lost.

They happen in front of the real calls, or behind them; what the calls do stays moto's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError


@dataclass(frozen=True, slots=True)
class Lost:
    """The call is carried out, and its answer never arrives."""


type Fault = Exception | Lost | Mapping[str, Any]
"""Instead of the call an exception, or another answer; or `Lost`."""


class FaultyClient:
    """An AWS client whose next calls of some operations go wrong, in the order given.

    Attributes:
        calls: every call that was made, as operation and arguments.
    """

    def __init__(self, client: Any, **faults: Sequence[Fault]) -> None:
        self._client = client
        self._faults = {operation: list(each) for operation, each in faults.items()}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append((operation, arguments))
            planned = self._faults.get(operation)
            fault = planned.pop(0) if planned else None
            if isinstance(fault, Exception):
                raise fault
            if isinstance(fault, Mapping):
                return fault
            answer = getattr(self._client, operation)(**arguments)
            if isinstance(fault, Lost):
                raise ReadTimeoutError(endpoint_url="https://dynamodb.eu-central-1.amazonaws.com")
            return answer

        return call

    def arguments(self, operation: str) -> list[dict[str, Any]]:
        """The arguments of each call of `operation`."""
        return [arguments for called, arguments in self.calls if called == operation]


def refusal(code: str, *, status: int = 400, operation: str = "Operation", **response: Any) -> ClientError:
    """A service's refusal with an error code."""
    answer: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **response,
    }
    return ClientError(answer, operation)


def conflict(*codes: str) -> ClientError:
    """A transaction that was cancelled, by its parts' codes; by default one met another transaction."""
    return refusal(
        "TransactionCanceledException",
        operation="TransactWriteItems",
        CancellationReasons=[{"Code": code} for code in codes or ("TransactionConflict",)],
    )
