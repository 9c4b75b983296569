"""Write every lock file from its .in file: exact versions with hashes, and no addresses.

Lambda's wheels are for Linux on both architectures, whatever machine locks: `--universal` resolves for all,
and a hash of every wheel of a version is kept.
"""

import subprocess
import sys
from pathlib import Path

from local.paths import REQUIREMENTS, ROOT

LAYERS = ("runtime", "cache", "identity", "messaging", "sms", "push", "imaging")


def lock(source: Path) -> None:
    """Resolve one file; versions that still fit are kept by `uv` unless `--upgrade` is given."""
    command = [
        str(Path(sys.executable).parent / "uv"),
        *("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.13"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
        *("--custom-compile-command", "make lock"),
        *(["--upgrade"] if "--upgrade" in sys.argv else []),
        *("--output-file", str(source.with_suffix(".txt").relative_to(ROOT)), str(source.relative_to(ROOT))),
    ]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    """The layers first: what is deployed decides the versions that are developed with."""
    for name in LAYERS:
        lock(ROOT / "layers" / name / "requirements.in")
    lock(ROOT / "requirements-dev.in")
    for source in sorted(REQUIREMENTS.glob("*.in")):
        lock(source)


if __name__ == "__main__":
    main()
