"""Start and stop the emulator as a child process, with its state in a folder."""

from pathlib import Path

from local.ports import LOOPBACK, is_free, listening, require_free
from local.processes import Child
from local.toolbox import Tool, clean_environment

DEFAULT_PORT = 4566
DEFAULT_FRONT_PORT = 8000
REGION = "eu-central-1"
ACCOUNT = "000000000000"
# Any will do: the emulator enforces no IAM. They are no account's.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105
START_S = 60.0
STOP_S = 60.0
MOST_CONCURRENT_CALLS = 64


class Emulator:
    """MiniStack with the front; state lives in `folder` and survives a clean stop."""

    def __init__(self, folder: Path, *, port: int, front_port: int, bind: str = LOOPBACK) -> None:
        self.folder = folder
        self.addresses = listening(bind)
        self.port = port
        self.front_port = front_port
        self.url = f"http://{LOOPBACK}:{port}"
        self.front_url = f"http://localhost:{front_port}"
        self.routes = folder / "routes.json"
        self._child = Child("The embedded AWS", folder / "ministack.log")

    @property
    def running(self) -> bool:
        return self._child.running

    def start(self) -> None:
        """Start it and wait until both ports answer: about 1 s, and the time to read its state."""
        tool = Tool("ministack").ensure()
        require_free(self.port, "the embedded AWS", "AWS_PORT")
        require_free(self.front_port, "the API", "PORT")
        self.folder.mkdir(parents=True, exist_ok=True)
        launcher = Path(__file__).with_name("launch.py")
        self._child.start(
            [str(tool.python), str(launcher), str(self.front_port), str(self.routes), *self.addresses],
            environ=self._environment(tool),
            folder=self.folder,
        )
        self._child.wait_until(lambda: not (is_free(self.port) or is_free(self.front_port)), seconds=START_S)

    def stop(self) -> None:
        """Stop it and let it write its state."""
        self._child.stop(seconds=STOP_S)

    def kill(self) -> None:
        """End it as a crash would: what it held since its start is lost."""
        self._child.kill()

    def _environment(self, tool: Tool) -> dict[str, str]:
        return clean_environment(
            PATH=f"{tool.bin}:/usr/bin:/bin",
            BIND_HOST=LOOPBACK,
            GATEWAY_PORT=str(self.port),
            MINISTACK_REGION=REGION,
            AWS_DEFAULT_REGION=REGION,
            AWS_ENDPOINT_URL=self.url,
            PERSIST_STATE="1",
            STATE_DIR=str(self.folder / "state"),
            S3_PERSIST="1",
            S3_DATA_DIR=str(self.folder / "s3"),
            LAMBDA_ACCOUNT_CONCURRENCY=str(MOST_CONCURRENT_CALLS),
            SFTP_ENABLED="0",
            IOT_MTLS_ENABLED="0",
            LOG_LEVEL="WARNING",
            PYTHONUNBUFFERED="1",
        )
