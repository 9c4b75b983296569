"""Build the real templates and deploy them into the embedded cloud, by `sam build` and `sam deploy`."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.emulator.server import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from local.errors import LocalError
from local.paths import ROOT
from local.toolbox import Tool, clean_environment

LOG_TAIL_LINES = 25
# By path: sam looks for it beside the template, and the built one is elsewhere.
CONFIGURATION = ("--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local")
RATE_LIMITS = "read=60000/60,write=60000/60,search=60000/60,auth=60000/60"
"""High: one developer and the tests come from one address. What limits do is tested with low ones."""


def architecture() -> str:
    """The Lambda architecture of this machine, whose own wheels the functions run with here."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def parameters(*, search_url: str, cache_url: str, payments_url: str, public_url: str) -> dict[str, str]:
    """The root template's parameters of a local deploy."""
    return {
        "Stage": "local",
        "Architecture": architecture(),
        "AppVersion": "local",
        "OpenSearchUrl": search_url,
        "ValkeyUrl": cache_url,
        "PaymentGatewayUrl": payments_url,
        "RateLimits": RATE_LIMITS,
        "PublicBaseUrl": public_url,
        "ApiBaseUrl": public_url,
    }


class Sam:
    """`sam`, in its own environment, with its results in `folder`."""

    def __init__(self, folder: Path, *, endpoint_url: str) -> None:
        self.folder = folder
        self._endpoint_url = endpoint_url

    @property
    def template(self) -> Path:
        """The built root template."""
        return self.folder / "build" / "template.yaml"

    def build(self, overrides: Mapping[str, str]) -> None:
        """Build what has changed."""
        self._run(
            "build",
            *CONFIGURATION,
            *("--build-dir", str(self.folder / "build"), "--cache-dir", str(self.folder / "cache")),
            *("--parameter-overrides", *_pairs(overrides)),
        )

    def deploy(self, overrides: Mapping[str, str]) -> None:
        """Create or update the stacks."""
        self._run(
            "deploy",
            *CONFIGURATION,
            *("--template-file", str(self.template), "--no-progressbar"),
            *("--parameter-overrides", *_pairs(overrides)),
        )

    def containers(self, overrides: Mapping[str, str], options: Sequence[str]) -> int:
        """`sam local start-api` with these options, until it ends; it needs a Docker engine."""
        command = ["local", "start-api", "--warm-containers", "LAZY", *options]
        tool = Tool("sam").ensure()
        ran = subprocess.run(
            [str(tool.bin / "sam"), *command, "--parameter-overrides", *_pairs(overrides)],
            cwd=ROOT,
            env=self._environment(tool) | {n: v for n, v in os.environ.items() if n.startswith("DOCKER_")},
            check=False,
        )
        return ran.returncode

    def validate(self) -> None:
        """`sam validate --lint` of the root template."""
        self._run("validate", "--lint")

    def _run(self, *arguments: str) -> None:
        tool = Tool("sam").ensure()
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / f"sam-{arguments[0]}.log"
        with log.open("wb") as output:
            ran = subprocess.run(
                [str(tool.bin / "sam"), *arguments],
                cwd=ROOT,
                env=self._environment(tool),
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if ran.returncode:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
            raise LocalError(f"sam {arguments[0]} failed ({log}):\n{tail}")

    def _environment(self, tool: Tool) -> dict[str, str]:
        return clean_environment(
            # `sam build` takes the first python3.13 on PATH; this one has pip.
            PATH=f"{tool.bin}:/usr/bin:/bin",
            AWS_ENDPOINT_URL=self._endpoint_url,
            AWS_DEFAULT_REGION=REGION,
            AWS_ACCESS_KEY_ID=ACCESS_KEY_ID,
            AWS_SECRET_ACCESS_KEY=SECRET_ACCESS_KEY,
            SAM_CLI_TELEMETRY="0",
        )


def _pairs(overrides: Mapping[str, str]) -> list[str]:
    return [f"ParameterKey={name},ParameterValue={value}" for name, value in overrides.items()]
