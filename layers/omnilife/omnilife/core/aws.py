"""AWS clients: one a service and process, with bounded patience.

Clients come from botocore itself. boto3 adds nothing that this project uses (its resource objects, and a
number type that `core.attributes` replaces). Importing it and making a DynamoDB client took 205 ms of CPU
with bytecode at hand and 487 ms without; botocore alone 202 and 448 (2026-11-24, Python 3.13, median of 7).
Little, but for nothing given up.

Endpoints, region and credentials come from the standard AWS variables only.
"""

import gzip
import json
import os
import threading
from functools import cache
from typing import Any

_clients: dict[str, Any] = {}
_session: Any = None
_lock = threading.Lock()


def client(service: str, *, attempts: int = 2) -> Any:
    """The process's client for `service` (`"dynamodb"`), safe to share between threads.

    It waits 1 s for a connection and 3 s for an answer, and tries twice: at worst 8 s, inside a function's
    10 s. Those who can tell which errors may pass (`core.table`) retry on top, inside a deadline. What must
    not be done twice takes `attempts=1`.
    """
    with _lock:  # making clients is not thread-safe in botocore; using them is
        name = f"{service} {attempts}"
        if name not in _clients:
            _clients[name] = _make(service, attempts)
        return _clients[name]


def reset() -> None:
    """Forget all clients: for tests, whose endpoints and credentials change."""
    global _session  # noqa: PLW0603 (the process's cache)
    with _lock:
        _clients.clear()
        _session = None


def session() -> Any:
    """botocore's session of this process: its credentials and its region."""
    global _session  # noqa: PLW0603 (the process's cache)
    from botocore.session import get_session  # noqa: PLC0415 (deferred: see core.lazy)

    if _session is None:
        made = get_session()
        made.register_component("data_loader", _loader())
        _session = made
    return _session


def _make(service: str, attempts: int) -> Any:
    from botocore.config import Config  # noqa: PLC0415 (deferred: see core.lazy)

    return session().create_client(
        service,
        config=Config(
            connect_timeout=1,
            read_timeout=3,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=32,  # sixteen shards are read at once, beside other calls
            tcp_keepalive=True,
            # Presigned URLs of objects under a KMS key need version 4, which is not every region's default.
            signature_version="s3v4" if service == "s3" else None,
        ),
    )


class _AnyName(list[str]):
    def __contains__(self, name: object) -> bool:
        return True


@cache
def _loader() -> Any:
    """botocore's loader of service models, without two habits: 28 of the 57 ms of CPU of a first client.

    It reads the names of all 400 services from the disk, twice, to say which ones it knows (17 ms), where a
    model that is not found says the same; and it keeps JSON objects in OrderedDicts (11 ms, most of it for
    the list of all endpoints), though dicts have kept their order since. Measured 2026-11-25.
    """
    from botocore.loaders import JSONFileLoader, Loader  # noqa: PLC0415 (deferred: see core.lazy)

    class PlainFiles(JSONFileLoader):
        def load_file(self, file_path: str) -> Any:
            for suffix, read in ((".json", open), (".json.gz", gzip.open)):
                if os.path.isfile(file_path + suffix):
                    with read(file_path + suffix, "rb") as file:
                        return json.load(file)
            return None

    class DirectLoader(Loader):
        FILE_LOADER_CLASS = PlainFiles

        def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 (botocore's form)
            return _AnyName()

    return DirectLoader()
