"""Write the generated files, or with `--check` say which are stale and leave them."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from local.generate.events import events_page
from local.generate.openapi import openapi_text
from local.generate.security import PAGE, security_page

ROOT = Path(__file__).resolve().parents[2]

GENERATED: Mapping[str, Callable[[Path], str]] = {
    "functions/operations/get_openapi/openapi.json": openapi_text,
    "docs/events.md": events_page,
    PAGE: security_page,
}


def stale(root: Path = ROOT) -> dict[str, str]:
    """Generated files that are not what the code says now, and what they should be."""
    wanted = {path: generate(root) for path, generate in GENERATED.items()}
    return {
        path: text
        for path, text in wanted.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    }


def main(arguments: list[str]) -> int:
    """Returns the process's exit code: with `--check` 1 if anything is stale."""
    outdated = stale()
    check_only = "--check" in arguments
    for path, text in outdated.items():
        if not check_only:
            (ROOT / path).write_text(text, encoding="utf-8")
        print(f"{path}: {'is stale; run `make openapi`' if check_only else 'written'}")
    return 1 if check_only and outdated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
