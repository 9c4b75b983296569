"""Whether a request that failed can have reached anybody."""

from typing import Any


def never_connected(error: BaseException) -> bool:
    """Whether a failed request certainly never reached anybody."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError  # noqa: PLC0415 (deferred)

    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or not isinstance(each, BaseException):
            continue
        seen.add(id(each))
        if isinstance(each, ConnectTimeoutError | NewConnectionError):
            return True
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return False
