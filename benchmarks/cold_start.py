"""How long each function's cold start takes, next to the least that one of its kind could take.

    python benchmarks/cold_start.py [--runs N] [--only WORD] [--packages N] [--valkey-url URL]

A run is a fresh interpreter with nothing on its path but the standard library and the function's own layers.
The clock runs from before the handler's import until its first answer, so that an import put off until the
first request counts, and so do the client made and the connection opened then. Every run of a function is
compared with a run of the baseline just before it, so that a machine that is busy for a while slows both; the
table has medians. The stores are `stand_ins`, and a real Valkey.

What this leaves out, for both sides alike: starting Python itself, unpacking the layers, and compiling to
bytecode (Lambda compiles a package without .pyc files anew at every cold start).

It prints a Markdown table and never fails on a number.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "layers" / "omnilife"))

from benchmarks.functions import Function, asked_packages, functions, path_of
from benchmarks.stand_ins import Answer, Request, StandIn, Tape, moto_answers, opensearch_answers
from benchmarks.world import VALUES, World, valkey

HERE = Path(__file__).resolve().parent
IMPORT_RUNS = 3
_IMPORT = re.compile(r"^import time:\s+(\d+) \|\s+(\d+) \|\s*(\S+)$", re.MULTILINE)


@dataclass(slots=True)
class Runs:
    """What the runs of one function took."""

    function: Function
    event: dict[str, Any] = field(default_factory=dict)
    tape: Tape = field(default_factory=Tape)
    results: list[dict[str, Any]] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)
    packages: Counter[str] = field(default_factory=Counter)
    status: str = ""

    def middle(self, measure: str) -> float:
        """The median of a measure."""
        return float(median(result[measure] for result in self.results))

    def ratio(self, measure: str) -> float:
        """The median of how many times the baseline's, run just before, each run's measure was."""
        pairs = zip(self.results, self.beside, strict=True)
        return float(median(result[measure] / base[measure] for result, base in pairs))


class Bench:
    """Runs functions, each in an interpreter of its own, against stand-ins on this machine."""

    def __init__(self, folder: Path, valkey_url: str, world: World) -> None:
        self.folder = folder
        self.world = world
        self.recording = False
        self.tape = Tape()
        self.aws = StandIn(self._answer)
        self.opensearch = StandIn(opensearch_answers)
        self.values = VALUES | {"OPENSEARCH_URL": self.opensearch.url, "VALKEY_URL": valkey_url}

    def _answer(self, request: Request, headers: dict[str, str]) -> Answer:
        if not self.recording:
            return self.tape.play(request)
        answer = moto_answers(request, headers)
        self.tape.record(request, answer)
        return answer

    def record(self, runs: Runs) -> None:
        """Run once against a freshly filled moto, then from tape for the least that imports take."""
        runs.event = self.world.fill(runs.function.event)
        self.recording = True
        runs.tape = self.tape = Tape()
        result, log = self._run(runs)
        runs.status = _status(result["answer"])
        if runs.status.startswith("5"):
            print(f"{runs.function.name} answers {runs.status}; its log:\n{log}", file=sys.stderr)
        self.recording = False
        costs = [self._imports(runs) for _ in range(IMPORT_RUNS)]
        runs.packages = Counter({package: min(cost[package] for cost in costs) for package in costs[0]})

    def measure(self, runs: Runs, base: Runs | None = None) -> None:
        """One run from tape, after one of the baseline."""
        if base:
            self.measure(base)
            runs.beside.append(base.results[-1])
        result, log = self._run(runs)
        runs.results.append(result)
        if _status(result["answer"]) != runs.status:
            print(f"{runs.function.name} answers otherwise than it was recorded:\n{log}", file=sys.stderr)

    def _imports(self, runs: Runs) -> Counter[str]:
        """Microseconds that each top-level package's own modules took."""
        _, log = self._run(runs, "-X", "importtime")
        packages: Counter[str] = Counter()
        for own, _, module in _IMPORT.findall(log):
            packages[module.partition(".")[0]] += int(own)
        return packages

    def _run(self, runs: Runs, *options: str) -> tuple[dict[str, Any], str]:
        function = runs.function
        self.tape = runs.tape
        self.tape.rewind()
        job, result = self.folder / "job.json", self.folder / "result.json"
        job.write_text(
            json.dumps(
                {
                    "name": function.name.rpartition("/")[2],
                    "app": str(function.app),
                    "path": [str(function.app.parent), *path_of(function.layers, self.folder / "layers")],
                    "event": runs.event,
                }
            ),
            encoding="utf-8",
        )
        done = subprocess.run(  # noqa: S603 (this interpreter)
            [sys.executable, "-I", "-S", *options, str(HERE / "one_cold_start.py"), str(job), str(result)],
            env=self._environment(function),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            raise SystemExit(f"{function.name} failed:\n{done.stdout[-4000:]}")
        measured: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return measured, done.stdout

    def _environment(self, function: Function) -> dict[str, str]:
        unknown = set(function.environment) - self.values.keys() - function.literals.keys()
        if unknown:
            raise SystemExit(f"{function.name}: no value here for {', '.join(sorted(unknown))}")
        return {
            "AWS_ENDPOINT_URL": self.aws.url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_REGION": "eu-central-1",
            "AWS_LAMBDA_FUNCTION_NAME": function.name.rpartition("/")[2],
            **{name: function.literals.get(name) or self.values[name] for name in function.environment},
        }


def baseline() -> Function:
    """The handler that the others are measured against."""
    event = {
        "version": "2.0",
        "routeKey": "GET /api/marketplace/products/{product_id}",
        "rawPath": "/api/marketplace/products/lamp",
        "rawQueryString": "",
        "headers": {},
        "requestContext": {
            "http": {"method": "GET", "path": "/api/marketplace/products/lamp"},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    app = HERE / "baseline_handler.py"
    return Function("baseline", app, event, ("runtime",), ("CATALOGUE_TABLE",), {})


def _status(answer: Any) -> str:
    if isinstance(answer, dict) and "statusCode" in answer:
        return str(answer["statusCode"])
    if isinstance(answer, dict) and answer.get("batchItemFailures"):
        return f"{len(answer['batchItemFailures'])} failed"
    return "done"


def report(base: Runs, others: Sequence[Runs], packages: int) -> Iterator[str]:
    """The tables, line by line."""
    yield f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {_machine()} · {len(base.results)} runs of the baseline"
    yield " · ".join(f"{name} {version(name)}" for name in asked_packages())
    yield ""
    yield "| function | layers | import ms | answer ms | total ms | × baseline | CPU × | modules | answer |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|---|"
    for runs in (base, *others):
        yield (
            f"| {runs.function.name} | {' '.join(runs.function.layers)} | {runs.middle('import_ms'):.0f} "
            f"| {runs.middle('answer_ms'):.0f} | {runs.middle('total_ms'):.0f} "
            f"| {runs.ratio('total_ms'):.2f} | {runs.ratio('cpu_ms'):.2f} | {runs.middle('modules'):.0f} "
            f"| {runs.status} |"
        )
    yield ""
    yield "Packages by the time that importing their modules took, in ms (`-X importtime` slows it a little):"
    yield ""
    yield "| function | costliest |"
    yield "|---|---|"
    for runs in (base, *others):
        costly = ", ".join(f"{name} {cost / 1000:.0f}" for name, cost in runs.packages.most_common(packages))
        yield f"| {runs.function.name} | {costly} |"


def _machine() -> str:
    cpu = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        models = re.findall(r"^model name\s*: (.+)$", information.read_text(encoding="utf-8"), re.MULTILINE)
        cpu = models[0] if models else cpu
    return f"{cpu}, {os.cpu_count()} CPUs, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Cold starts against a minimal handler.")
    parser.add_argument("--runs", type=int, default=7, help="measured runs of each function (7)")
    parser.add_argument("--only", default="", help="only functions whose domain/name contains this")
    parser.add_argument("--packages", type=int, default=6, help="costliest packages shown (6)")
    parser.add_argument("--valkey-url", default="", help="a Valkey cluster that runs already")
    options = parser.parse_args()
    chosen = [Runs(function) for function in functions() if options.only in function.name]
    base = Runs(baseline())
    with (
        tempfile.TemporaryDirectory(prefix="cold-start-") as folder,
        valkey(options.valkey_url) as valkey_url,
        World() as world,
    ):
        bench = Bench(Path(folder), valkey_url, world)
        for runs in (base, *chosen):
            bench.record(runs)
        for number in range(options.runs):
            for runs in chosen:
                bench.measure(runs, base)
            print(f"round {number + 1} of {options.runs}", file=sys.stderr)
    base.beside = base.results
    for line in report(base, chosen, options.packages):
        print(line)


if __name__ == "__main__":
    main()
