"""What travels with a request, beside its arguments: the correlation id.

`core.http` and `core.consumer` set it; log lines, events and queue messages carry it. It is a context
variable rather than a global so that threads started with a copied context, and tests, do not mix theirs up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def current_correlation_id() -> str:
    """The id of the request or event being handled; empty outside of one."""
    return correlation_id.get()


@contextmanager
def correlated(value: str) -> Iterator[None]:
    """Handle what is inside under the correlation id `value`."""
    token = correlation_id.set(value)
    try:
        yield
    finally:
        correlation_id.reset(token)
