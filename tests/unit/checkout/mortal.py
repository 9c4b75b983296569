"""A process that dies: after, or just before, a chosen call to its table or to the payment gateway."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Died(BaseException):
    """The process is gone. No `except Exception` sees it, as no code sees its own end."""


@dataclass
class Mortality:
    """Counts calls from when it is `armed`, and ends the process at the one that was chosen."""

    calls: int = 0
    dies_at: int | None = None
    carried_out: bool = True
    armed: bool = False

    def arm(self, dies_at: int | None, *, carried_out: bool = True) -> None:
        self.calls, self.dies_at, self.carried_out, self.armed = 0, dies_at, carried_out, True

    def disarm(self) -> None:
        self.armed = False

    def before(self, _: str = "") -> None:
        if self.armed and self.calls == self.dies_at and not self.carried_out:
            raise Died

    def after(self, _: str = "") -> None:
        if not self.armed:
            return
        self.calls += 1
        if self.calls - 1 == self.dies_at:
            raise Died


class MortalClient:
    """A client of DynamoDB in a process that may die."""

    def __init__(self, client: Any, mortality: Mortality) -> None:
        self._client = client
        self._mortality = mortality

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "items" or not callable(found):
            return found
        return self._mortal(found)

    def _mortal(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self._mortality.before()
            answer = operation(**arguments)
            self._mortality.after()
            return answer

        return call
