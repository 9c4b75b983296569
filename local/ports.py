"""TCP ports of this machine: which are taken, free ones for tests, and on which addresses servers listen."""

import ipaddress
import socket
from collections.abc import Iterable

from local.errors import LocalError

LOOPBACK = "127.0.0.1"
EVERY = "0.0.0.0"  # noqa: S104 (never a default)


def listening(address: str) -> list[str]:
    """Where servers listen so that `address` reaches them: on the loopback address too, for our own calls.

    Raises:
        LocalError: it is no IPv4 address.
    """
    try:
        known = str(ipaddress.IPv4Address(address))
    except ValueError:
        raise LocalError(f"BIND is not an IPv4 address of this machine: {address[:40]}") from None
    return [known] if known in {LOOPBACK, EVERY} else [LOOPBACK, known]


def is_free(port: int) -> bool:
    """True when a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a connection of an earlier run that is still closing does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_free(port: int, what: str, option: str) -> None:
    """Raise a sentence naming the option that moves `what` elsewhere, when its port is taken."""
    if not is_free(port):
        raise LocalError(
            f"Port {port}, for {what}, is taken by another program: stop that one, or choose another port "
            f"with {option}."
        )


def free_port() -> int:
    """Some free port, as the operating system gives it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def first_free(candidates: Iterable[int], what: str) -> int:
    """The first free one of `candidates`."""
    for port in candidates:
        if is_free(port):
            return port
    raise LocalError(f"No port is free for {what}: stop another checkout's `make run` first.")
