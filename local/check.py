"""Checks that one command of a tool does not cover: `python -m local.check functions|templates`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from local.deploy import Sam
from local.errors import LocalError
from local.paths import ROOT

NOWHERE = "http://127.0.0.1:9"
"""`sam validate` needs no account; an address that nobody answers proves it."""


def functions() -> int:
    """mypy over every handler: all are called `app`, so each is checked as a module of its own name."""
    apps = sorted(ROOT.glob("functions/*/*/app.py"))
    with tempfile.TemporaryDirectory() as folder:
        named = []
        for app in apps:
            copy = Path(folder) / f"{app.parent.parent.name}_{app.parent.name}.py"
            copy.write_text(app.read_text(encoding="utf-8"), encoding="utf-8")
            named.append(copy)
        command = [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            str(ROOT / "pyproject.toml"),
            *map(str, named),
        ]
        return subprocess.run(command, cwd=ROOT, check=False).returncode


def templates() -> int:
    """cfn-lint over all templates and, by `sam validate --lint`, over the root as sam reads it."""
    files = [ROOT / "template.yaml", ROOT / "edge.yaml", *sorted(ROOT.glob("functions/*/template.yaml"))]
    linted = subprocess.run([str(Path(sys.executable).parent / "cfn-lint"), *map(str, files)], check=False)
    if linted.returncode:
        return linted.returncode
    with tempfile.TemporaryDirectory() as folder:
        try:
            Sam(Path(folder), endpoint_url=NOWHERE).validate()
        except LocalError as error:
            print(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit({"functions": functions, "templates": templates}[sys.argv[1]]())
