"""Run MiniStack, mended, with the front beside it. Runs in MiniStack's environment, by its path.

usage: python local/emulator/launch.py FRONT_PORT ROUTES_FILE ADDRESS…

MiniStack's own settings come from the environment that local/emulator/server.py gives it. A SIGTERM stops it
cleanly: it then writes its state, if it was told to keep it.
"""

import asyncio
import importlib
import os
import resource
import sys
from pathlib import Path
from typing import Any

# For this process only: the Lambda workers that it starts must not see the checkout.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from local.emulator import mends
from local.emulator.front import Front, RouteTable


def ministack_module(name: str) -> Any:
    """One of MiniStack's modules. Like hypercorn, it is no package of the project's own environment."""
    return importlib.import_module(f"ministack.{name}")


async def serve(front_port: int, routes: Path, addresses: list[str]) -> None:
    """Serve both ports on these addresses until SIGTERM or SIGINT."""
    config = importlib.import_module("hypercorn.config").Config()
    ports = (os.environ["GATEWAY_PORT"], front_port)
    config.bind = [f"{address}:{port}" for address in addresses for port in ports]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    app = Front(ministack_module("app").app, port=front_port, table=RouteTable(routes))
    await importlib.import_module("hypercorn.asyncio").serve(app, config)


def main() -> None:
    front_port, routes = int(sys.argv[1]), Path(sys.argv[2])
    # Each worker takes three pipes.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    mends.apply_all(ministack_module)
    asyncio.run(serve(front_port, routes, sys.argv[3:]))


if __name__ == "__main__":
    main()
