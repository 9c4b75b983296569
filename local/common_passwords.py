"""Write the filter of common passwords anew: `python -m local.common_passwords`, by hand, with the network.

Two packages from PyPI carry the lists, in the versions that requirements/common-passwords.txt locks:

| package | list | licence |
|---------|------|---------|
| django  | the 20,000 most frequent passwords of breaches (Royce Williams) | BSD-3-Clause |
| zxcvbn  | 30,000 passwords (Mark Burnett), words of Wikipedia and television, names | MIT |

Their code is not run: the lists are read out of the wheels. `identity.common_passwords` says what is made
of them.
"""

import ast
import gzip
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from local.paths import REQUIREMENTS
from omnilife.identity.common_passwords import FILE, CommonWords

LOCK = REQUIREMENTS / "common-passwords.txt"
ERROR_RATE = 1e-5


def words_of(wheels: Mapping[str, Path]) -> set[str]:
    """Every entry of the lists, casefolded, by the wheel of each package."""
    with zipfile.ZipFile(wheels["django"]) as django:
        text = gzip.decompress(django.read("django/contrib/auth/common-passwords.txt.gz")).decode()
        words = set(text.split("\n"))
    with zipfile.ZipFile(wheels["zxcvbn"]) as zxcvbn:
        module = ast.parse(zxcvbn.read("zxcvbn/frequency_lists.py").decode())
    # One statement: a dictionary of texts with commas, some of which are made by `.split(",")`.
    for literal in ast.walk(module):
        if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
            words |= set(literal.value.split(","))
    return {word.strip().casefold() for word in words} - {""}


def download(folder: Path) -> dict[str, Path]:
    """The wheels of the lock file, by package."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"),
            *("--only-binary=:all:", "--dest", str(folder), "--requirement", str(LOCK)),
        ],
        check=True,
    )
    return {wheel.name.split("-")[0].lower(): wheel for wheel in folder.glob("*.whl")}


def main() -> None:
    """Fetch, read, write, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = download(Path(folder))
        words = words_of(wheels)
        sources = sorted("-".join(wheel.name.split("-")[:2]) for wheel in wheels.values())
    filtered = CommonWords.of(words, error_rate=ERROR_RATE, sources=sources)
    FILE.write_bytes(filtered.written())
    print(f"{FILE.name}: {filtered.header}")


if __name__ == "__main__":
    main()
