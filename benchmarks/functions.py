"""The functions as their templates declare them: code, sample event, layers and environment."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda: `name` is `domain/verb_noun`, `layers` are names of folders in layers/."""

    name: str
    app: Path
    event: dict[str, Any]
    layers: tuple[str, ...]
    environment: tuple[str, ...]
    literals: dict[str, str]


class _Template(yaml.SafeLoader):
    """CloudFormation's YAML: `!Ref Name` reads as `{"Ref": "Name"}`."""


def _short_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.MappingNode):
        return {tag: loader.construct_mapping(node, deep=True)}
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    return {tag: loader.construct_scalar(node)}  # type: ignore[arg-type]  # the third kind of node


_Template.add_multi_constructor("!", _short_form)


def read_template(path: Path) -> dict[str, Any]:
    """A template as it is written, nothing resolved."""
    template: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Template)  # noqa: S506
    return template


def functions() -> list[Function]:
    """Every function that has an app.py and a sample event, by domain and name."""
    found: list[Function] = []
    for path in sorted(ROOT.glob("functions/*/template.yaml")):
        template = read_template(path)
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


def _requirements(path: Path) -> list[str]:
    pinned = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", re.MULTILINE)
    return pinned.findall(path.read_text(encoding="utf-8"))


def _link(name: str, folder: Path) -> None:
    installed = distribution(name)
    tops = {file.parts[0] for file in installed.files or () if file.parts[0] not in {"..", "__pycache__"}}
    for top in tops:
        if not (folder / top).exists():
            (folder / top).symlink_to(str(installed.locate_file(top)))
