"""The commands behind `make`: run, push, logs, token, admin, reset."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.admin import make_admin
from local.cloud import URL_VARIABLE, Cloud, Ports, state_folder
from local.console import Console, main_guard
from local.demo import catalogue, retail
from local.errors import LocalError
from local.load import Loader, import_rows
from local.toolbox import Tool

TOOLS = ("sam", "ministack", "opensearch", "valkey")
LOG_POLL_S = 0.5


def run(console: Console, *, catalogue_path: str) -> int:
    """Start, deploy, load, say what there is, and stay until Ctrl-C; 130 if that comes before it is up."""
    started, up = time.monotonic(), False
    cloud = Cloud(state_folder(), Ports.from_environment())
    _on_stop_signals(_interrupt)
    try:
        _bring_up(console, cloud, catalogue_path)
        up = True
        _say_what_there_is(console, cloud, time.monotonic() - started)
        while True:
            signal.pause()
    except KeyboardInterrupt:
        if not up:
            console.line("Interrupted before it was up.")
    finally:
        # An impatient second Ctrl-C must not leave half of it running.
        _on_stop_signals(signal.SIG_IGN)
        with console.step("Stop everything"):
            cloud.stop()
    return 0 if up else 130


def push(console: Console) -> int:
    """Bring a code change live."""
    cloud = Cloud.attach()
    with console.step("Push what has changed"):
        updated = cloud.push()
    console.line(f"  {', '.join(updated)}" if updated else "  nothing has changed")
    return 0


def token(console: Console, *, role: str, subject: str) -> int:
    """Print a development token."""
    console.line(Cloud.attach().token(role, subject))
    return 0


def admin(console: Console, *, email: str) -> int:
    """Make the owner of an address an administrator."""
    cloud = Cloud.attach()
    answer = make_admin(cloud.client("lambda"), cloud.stack.functions()["identity/make_first_admin"], email)
    console.line(f"  {answer['user_id']} is {', '.join(answer['roles'])}; sign in again")
    return 0


def containers(*, port: int) -> int:
    """Serve the functions in Lambda's own containers, for who has Docker."""
    return Cloud.attach().containers(port)


def reset(console: Console) -> int:
    """Forget all local data."""
    folder = state_folder()
    if (folder / "running.json").exists():
        Cloud.attach(folder).reset()
    Cloud(folder, Ports.from_environment()).reset()
    console.line("All local data is gone; `make run` starts empty.")
    return 0


def logs(console: Console) -> int:
    """Follow the functions' logs until Ctrl-C."""
    client = Cloud.attach().client("logs")
    since = int(time.time() * 1000) - 60_000
    seen: set[str] = set()
    while True:
        for name, event in sorted(_events(client, since), key=lambda pair: pair[1]["timestamp"]):
            key = f"{name}/{event['timestamp']}/{event['message']}"
            if key not in seen:
                seen.add(key)
                console.line(f"{console.strong(name)} {event['message'].rstrip()}")
        time.sleep(LOG_POLL_S)


def main(arguments: list[str]) -> int:
    """Parse and carry out one command; returns the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m local", description="The embedded cloud.")
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run", help="start, deploy, load, and stay until Ctrl-C")
    runs.add_argument("--catalogue", default="", help="a products.yaml to load instead of the demo catalogue")
    commands.add_parser("push", help="bring a code change live")
    commands.add_parser("logs", help="follow the functions' logs")
    tokens = commands.add_parser("token", help="print a development token")
    tokens.add_argument("--role", default="customer")
    tokens.add_argument("--subject", default="developer")
    admins = commands.add_parser("admin", help="make the owner of an address an administrator")
    admins.add_argument("--email", required=True)
    serving = commands.add_parser("containers", help="serve the functions in Docker, by sam local start-api")
    serving.add_argument("--port", type=int, default=3000)
    commands.add_parser("reset", help="forget all local data")
    given = parser.parse_args(arguments)
    console = Console()
    actions: dict[str, Callable[[], int]] = {
        "run": lambda: run(console, catalogue_path=given.catalogue),
        "push": lambda: push(console),
        "logs": lambda: logs(console),
        "token": lambda: token(console, role=given.role, subject=given.subject),
        "admin": lambda: admin(console, email=given.email),
        "containers": lambda: containers(port=given.port),
        "reset": lambda: reset(console),
    }
    return main_guard(actions[given.command], console)


def _bring_up(console: Console, cloud: Cloud, catalogue_path: str) -> None:
    rows = _rows(catalogue_path)
    with console.step("Tools") as progress:
        for number, name in enumerate(TOOLS):
            progress(number, len(TOOLS), name)
            Tool(name).ensure()
    with console.step("Start AWS, OpenSearch and Valkey") as progress:
        cloud.start(progress)
    changed = cloud.changed()
    if changed:
        with console.step("Build"):
            cloud.build()
        with console.step("Deploy"):
            cloud.deploy()
    loaded = cloud.folder / "loaded"
    fingerprint = catalogue_path or "demo"
    if not loaded.exists() or loaded.read_text() != fingerprint or "templates" in changed:
        loader = Loader(cloud.base_url, cloud.token)
        with console.step("Load the catalogue") as progress:
            loader.load(rows, progress)
        active = sum(row.get("status", "active") == "active" for row in rows)
        with console.step("Wait for the index") as progress:
            loader.await_index(active, progress)
        loaded.write_text(fingerprint)


def _rows(path: str) -> list[Mapping[str, Any]]:
    if not path:
        return import_rows(catalogue.products(), catalogue.ratings())
    if not Path(path).is_file():
        raise LocalError(f"There is no catalogue at {path}.")
    try:
        return import_rows(retail.products(Path(path)), {})
    except retail.RetailDataError as error:
        raise LocalError(str(error)) from error


def _say_what_there_is(console: Console, cloud: Cloud, seconds: float) -> None:
    url = cloud.base_url
    console.line()
    console.line(f"{console.strong('OmniLife is up')} after {seconds:.0f} s. Ctrl-C stops it.")
    console.line()
    console.line(f"  API       {url}")
    console.line(f"  Docs      {url}/api-docs")
    console.line(f"  Mailbox   {url}/mailbox")
    console.line(f"  AWS       {cloud.emulator.url} (AWS_ENDPOINT_URL)")
    console.line()
    console.line("  Try, in another terminal:")
    console.line(f"    export {URL_VARIABLE}={url}")
    console.line(f"    curl '{url}/api/search/products?q=lamp&limit=3'")
    console.line(f"    curl '{url}/api/marketplace/categories'")
    console.line("    make token ROLE=merchant SUB=acme")


def _events(client: Any, since: int) -> list[tuple[str, dict[str, Any]]]:
    groups = client.describe_log_groups()["logGroups"]
    return [
        (group["logGroupName"].removeprefix("/aws/lambda/"), event)
        for group in groups
        for event in client.filter_log_events(logGroupName=group["logGroupName"], startTime=since)["events"]
    ]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _on_stop_signals(action: Callable[..., None] | signal.Handlers) -> None:
    """SIGINT too: a shell starts what it puts into the background with it ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, action)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
