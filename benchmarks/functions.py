"""The functions as their templates declare them: code, sample event, layers and environment."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from tests.support.templates import ROOT, load_template


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda: `name` is `domain/verb_noun`, `layers` are names of folders in layers/."""

    name: str
    app: Path
    event: dict[str, Any]
    layers: tuple[str, ...]
    environment: tuple[str, ...]
    literals: dict[str, str]


def functions() -> list[Function]:
    """Every function that has an app.py and a sample event, by domain and name."""
    found: list[Function] = []
    for path in sorted(ROOT.glob("functions/*/template.yaml")):
        template = load_template(str(path.relative_to(ROOT)))
        shared = template.get("Globals", {}).get("Function", {})
        resources = template["Resources"]
        for resource in resources.values():
            if resource["Type"] == "AWS::Serverless::Function":
                function = _function(path.parent, resource["Properties"], shared, resources)
                found.extend([function] if function else [])
    return sorted(found, key=lambda function: function.name)


def _function(
    folder: Path, own: Mapping[str, Any], shared: Mapping[str, Any], resources: Mapping[str, Any]
) -> Function | None:
    name = f"{folder.name}/{Path(own['CodeUri']).name}"
    app, event = folder / own["CodeUri"] / "app.py", ROOT / "events" / f"{name}.json"
    if not (app.is_file() and event.is_file()):
        return None
    variables = {
        **shared.get("Environment", {}).get("Variables", {}),
        **own.get("Environment", {}).get("Variables", {}),
    }
    uris = [
        resources[layer["Ref"]]["Properties"]["ContentUri"]
        for layer in [*shared.get("Layers", []), *own.get("Layers", [])]
        if "Ref" in layer and layer["Ref"] in resources
    ]
    return Function(
        name=name,
        app=app.resolve(),
        event=json.loads(event.read_text(encoding="utf-8")),
        layers=tuple(Path(uri).name for uri in uris),
        environment=tuple(variables),
        literals={variable: value for variable, value in variables.items() if isinstance(value, str)},
    )


def path_of(layers: Iterable[str], links: Path) -> list[str]:
    """What goes on the path for these layers, and nothing else: our own code as it is, and for the others a
    folder of links to the packages, among those installed here, that their requirements.txt lists.
    """
    path: list[str] = []
    for layer in layers:
        source = ROOT / "layers" / layer
        folder = links / layer
        if (source / layer).is_dir():
            path.append(str(source))
            continue
        if not folder.is_dir():
            folder.mkdir(parents=True)
            for name in _requirements(source / "requirements.txt"):
                _link(name, folder)
        path.append(str(folder))
    return path


def asked_packages() -> list[str]:
    """The packages that the layers ask for by name."""
    asked = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("layers/*/requirements.in"))
    )
    return re.findall(r"^([A-Za-z0-9._-]+)", asked, re.MULTILINE)


def _requirements(path: Path) -> list[str]:
    pinned = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", re.MULTILINE)
    return pinned.findall(path.read_text(encoding="utf-8"))


def _link(name: str, folder: Path) -> None:
    installed = distribution(name)
    tops = {file.parts[0] for file in installed.files or () if file.parts[0] not in {"..", "__pycache__"}}
    for top in tops:
        if not (folder / top).exists():
            (folder / top).symlink_to(str(installed.locate_file(top)))
