"""The embedded cloud: the engines, and the product deployed into them.

with Cloud(folder, Ports.free()) as cloud:
    cloud.deploy()
    requests.get(cloud.base_url + "/health")
"""

import json
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local import containers, opensearch, payments, valkey
from local.aws import aws_client
from local.console import Progress, silent
from local.deploy import Sam, parameters
from local.emulator import server
from local.emulator.front import BUCKET
from local.emulator.server import Emulator
from local.errors import LocalError
from local.generate.routes import edge_routes
from local.opensearch import OpenSearch
from local.paths import STATE
from local.payments import PaymentSimulator
from local.ports import LOOPBACK, first_free, free_port
from local.push import Record, fingerprints, push
from local.stack import Stack
from local.tokens import Minter
from local.valkey import Valkey

STATE_VARIABLE = "OMNILIFE_STATE"
URL_VARIABLE = "OMNILIFE"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens."""

    front: int
    aws: int
    search: int
    cache: int
    payments: int = payments.DEFAULT_PORT
    bind: str = LOOPBACK
    """The address besides the loopback one: containers, and other machines, reach no other."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """`make run`'s: defaults, or PORT, AWS_PORT, OPENSEARCH_PORT, VALKEY_PORT, PAYMENTS_PORT; BIND."""
        return cls(
            front=_port(environ, "PORT", server.DEFAULT_FRONT_PORT),
            aws=_port(environ, "AWS_PORT", server.DEFAULT_PORT),
            search=_port(environ, "OPENSEARCH_PORT", opensearch.DEFAULT_PORT),
            cache=_port(environ, "VALKEY_PORT", valkey.DEFAULT_PORT),
            payments=_port(environ, "PAYMENTS_PORT", payments.DEFAULT_PORT),
            bind=environ.get("BIND") or LOOPBACK,
        )

    @classmethod
    def free(cls) -> Self:
        """Free ones, for tests that run beside a `make run`."""
        return cls(
            free_port(),
            free_port(),
            first_free(reversed(opensearch.PORTS), "OpenSearch"),
            free_port(),
            free_port(),
        )


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where a cloud keeps its state: the checkout's own folder, unless OMNILIFE_STATE names another."""
    return Path(environ[STATE_VARIABLE]) if environ.get(STATE_VARIABLE) else STATE


class Cloud:
    """Engines with their state in `folder`; started by one process, reached by others through `attach`."""

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        environ: Mapping[str, str] = os.environ,
        *,
        built: Path | None = None,
    ) -> None:
        """`built` is where `sam build` keeps its results, if not in `folder`: clouds may share it."""
        self.folder = folder
        self.ports = ports
        self.emulator = Emulator(folder / "aws", port=ports.aws, front_port=ports.front, bind=ports.bind)
        self.search = OpenSearch(
            folder / "opensearch",
            port=ports.search,
            url=opensearch.url_from_environment(environ),
            bind=ports.bind,
        )
        self.cache = Valkey(
            folder / "valkey",
            port=ports.cache,
            url=valkey.url_from_environment(environ),
            bind=ports.bind,
        )
        self.payments = PaymentSimulator(port=ports.payments, bind=ports.bind)
        self.sam = Sam(built or folder / "sam", endpoint_url=self.emulator.url)
        self._deployed = Record(folder / "deployed.json")

    @classmethod
    def attach(cls, folder: Path | None = None) -> Self:
        """The cloud that another process runs.

        Raises:
            LocalError: none runs.
        """
        place = folder or state_folder()
        running = place / "running.json"
        if not running.exists():
            raise LocalError("The embedded cloud is not running: start it with `make run`.")
        return cls(place, Ports(**json.loads(running.read_text())))

    # -- life --------------------------------------------------------------------------------------------

    def start(self, progress: Progress = silent) -> None:
        """Start the engines side by side: 6 to 14 s, and the downloads of the first time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(3) as pool:
            starting = [
                pool.submit(self.search.start, progress),
                pool.submit(self.emulator.start),
                pool.submit(self.cache.start),
            ]
        try:
            for each in starting:
                each.result()
        except BaseException:
            self.stop()
            raise
        self.payments.start()
        self._running.write_text(json.dumps(asdict(self.ports)))

    def stop(self) -> None:
        """Stop everything that was started; what is stored stays."""
        self._running.unlink(missing_ok=True)
        self.payments.stop()
        self.emulator.stop()
        self.search.stop()
        self.cache.stop()

    def reset(self) -> None:
        """Forget all data: of a stopped cloud. What was built and downloaded stays."""
        if self._running.exists():
            raise LocalError("The embedded cloud is running: stop it first (Ctrl-C where `make run` is).")
        for part in (self.emulator.folder, self.search.folder, self.cache.folder):
            shutil.rmtree(part, ignore_errors=True)
        self.folder.joinpath("deployed.json").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- the product in it -------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """One base URL for all domains, as the edge gives in AWS."""
        return self.emulator.front_url

    def client(self, service: str) -> Any:
        """A boto3 client of the embedded AWS."""
        return aws_client(service, self.emulator.url)

    @cached_property
    def stack(self) -> Stack:
        """What is deployed."""
        return Stack(self.client)

    def build(self) -> None:
        """`sam build`: 45 s the first time, then what has changed."""
        self.sam.build(self._parameters)

    def deploy(self) -> None:
        """`sam deploy` of what was built, and the front's routes to it."""
        parts = fingerprints()
        self.sam.deploy(self._parameters)
        self._forget_stack()
        apis = self.stack.apis()
        targets = {**apis, "media": f"{BUCKET}{self.stack.outputs['MediaBucketName']}"}
        table = [[pattern, targets[domain]] for pattern, domain in edge_routes() if domain in targets]
        self.emulator.routes.write_text(json.dumps(table))
        self._verify_sender()
        self._tell_simulator()
        self._minter  # noqa: B018 (publishes the signing key, as rotation does within minutes of a first deploy)
        self._deployed.write(parts)

    def changed(self) -> list[str]:
        """What differs from what is deployed; `templates` among it needs a deploy."""
        return self._deployed.changed(fingerprints())

    def push(self) -> list[str]:
        """Bring changed code live; returns the functions that were updated, or that a deploy was needed."""
        parts = fingerprints()
        changed = self._deployed.changed(parts)
        if "templates" in changed:
            self.build()
            self.deploy()
            return ["everything, since a template changed"]
        updated = push(self.client, self.stack, changed)
        self._deployed.write(parts)
        return updated

    def token(self, role: str, subject: str) -> str:
        """A development token."""
        return self._minter.mint(role, subject)

    def containers(self, port: int) -> int:
        """Serve the same functions in Lambda's own containers on `port`, by `sam local start-api`."""
        options = containers.prepare(
            self.stack,
            self.client("lambda"),
            built=self.sam.template.parent,
            endpoint_url=self.emulator.url,
            bind=self.ports.bind,
        )
        return self.sam.containers(self._parameters, [*options, "--port", str(port)])

    def environment(self) -> dict[str, str]:
        """What a shell needs so that README's commands mean this cloud."""
        return {URL_VARIABLE: self.base_url, STATE_VARIABLE: str(self.folder)}

    # -- failures on purpose -----------------------------------------------------------------------------

    def stop_search(self) -> None:
        """Stop the search engine."""
        self.search.stop()

    def start_search(self) -> None:
        """Start it again, with its data."""
        self.search.start()

    def stop_cache(self) -> None:
        """Stop Valkey."""
        self.cache.stop()

    def start_cache(self) -> None:
        """Start it again, empty."""
        self.cache.start()

    @property
    def _parameters(self) -> dict[str, str]:
        return parameters(
            search_url=self.search.url,
            cache_url=self.cache.url,
            payments_url=self.payments.url,
            public_url=self.base_url,
        )

    @property
    def _running(self) -> Path:
        return self.folder / "running.json"

    @cached_property
    def _minter(self) -> Minter:
        return Minter(self.client, self.stack)

    def _verify_sender(self) -> None:
        """Let SES send for the shop: in AWS a one-time step by hand, without which it refuses every mail."""
        ses = self.client("sesv2")
        with suppress(ses.exceptions.AlreadyExistsException):
            ses.create_email_identity(EmailIdentity=self.stack.parameters["SenderAddress"])

    def _tell_simulator(self) -> None:
        """Where the payment gateway sends its webhooks, and how it signs them: by hand with a real one."""
        arn = self.stack.outputs["PaymentWebhookSecretArn"]
        secrets = self.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"].split()
        self.payments.send_to(f"{self.base_url}/api/security/webhooks/payment", secrets)

    def _forget_stack(self) -> None:
        for name in ("stack", "_minter"):
            self.__dict__.pop(name, None)


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    text = environ.get(variable) or str(default)
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise LocalError(f"{variable} is not a port number: {text[:20]}")
    return int(text)
