"""Bring changed code live without a deploy: what `sam deploy` would do to functions, in a second.

What only code changes (a function's folder, the omnilife layer) goes straight to Lambda: a new version, with
the live alias on it. Anything else (templates, state machines, other layers) needs a deploy, and gets one.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local.paths import ROOT
from local.stack import Stack

LAYER = "layers/omnilife"
ALIAS = "live"
WORKERS = 8


def fingerprints(root: Path = ROOT) -> dict[str, str]:
    """Part of the product → a hash of its files: each function's folder, the omnilife layer, the rest."""
    parts = {
        f"functions/{app.parent.parent.name}/{app.parent.name}": _hash(_sources(app.parent))
        for app in sorted(root.glob("functions/*/*/app.py"))
    }
    parts[LAYER] = _hash(_sources(root / LAYER))
    rest = [
        root / "template.yaml",
        *root.glob("functions/*/template.yaml"),
        *root.glob("statemachines/*"),
        *root.glob("layers/*/requirements.txt"),
    ]
    parts["templates"] = _hash(sorted(rest))
    return parts


class Record:
    """What was deployed last, in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, parts: Mapping[str, str]) -> None:
        self._file.write_text(json.dumps(parts, indent=1))

    def changed(self, parts: Mapping[str, str]) -> list[str]:
        """The parts that are not as deployed; added and removed ones are a matter of the templates."""
        before = json.loads(self._file.read_text()) if self._file.exists() else {}
        names = [name for name, value in parts.items() if before.get(name) != value]
        if before.keys() != parts.keys() and "templates" not in names:
            names.append("templates")
        return names


def push(client: Callable[[str], Any], stack: Stack, changed: Iterable[str], root: Path = ROOT) -> list[str]:
    """Update the functions that `changed` parts (never "templates") concern; returns their names."""
    lambdas = client("lambda")
    changed = set(changed)
    functions = stack.functions()
    layer = _publish_layer(lambdas, root) if LAYER in changed else None

    def update(item: tuple[str, str]) -> str | None:
        folder, name = f"functions/{item[0]}", item[1]
        if folder not in changed and layer is None:
            return None
        if folder in changed:
            lambdas.update_function_code(FunctionName=name, ZipFile=_zip(root / folder, prefix=""))
        if layer is not None:
            used = [each["Arn"] for each in lambdas.get_function_configuration(FunctionName=name)["Layers"]]
            lambdas.update_function_configuration(
                FunctionName=name, Layers=[layer if _is_ours(arn) else arn for arn in used]
            )
        version = lambdas.publish_version(FunctionName=name)["Version"]
        lambdas.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
        return item[0]

    with ThreadPoolExecutor(WORKERS) as pool:
        return [name for name in pool.map(update, functions.items()) if name]


def _publish_layer(lambdas: Any, root: Path) -> str:
    published = lambdas.publish_layer_version(
        LayerName="OmnilifeLayer-pushed",
        Content={"ZipFile": _zip(root / LAYER, prefix="python/")},
        CompatibleRuntimes=["python3.13"],
    )
    arn: str = published["LayerVersionArn"]
    return arn


def _is_ours(layer_arn: str) -> bool:
    return "OmnilifeLayer" in layer_arn


def _sources(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"
    )


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _zip(folder: Path, *, prefix: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _sources(folder):
            archive.write(file, prefix + str(file.relative_to(folder)))
    return packed.getvalue()
