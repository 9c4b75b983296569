"""CloudFormation templates as plain data: tests make their tables from the template that is deployed."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short forms: `!Ref X` is `{"Ref": "X"}`, as in its JSON."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise TypeError(type(node).__name__)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def load_template(path: str = "template.yaml") -> dict[str, Any]:
    """The template at `path`, relative to the repository."""
    return deepcopy(_parsed((ROOT / path).read_text()))


@cache
def _parsed(text: str) -> dict[str, Any]:
    """Parsed once a run: most tests make a table, and reading the template takes longer than they do."""
    document: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    return document


def table_properties(logical_id: str) -> dict[str, Any]:
    """What `CreateTable` takes of the root template's table `logical_id`: keys, indexes, stream.

    `TableName` is left to the caller.
    """
    properties = _parsed((ROOT / "template.yaml").read_text())["Resources"][logical_id]["Properties"]
    found = {
        name: deepcopy(properties[name])
        for name in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
    }
    found["BillingMode"] = "PAY_PER_REQUEST"
    if "StreamSpecification" in properties:
        found["StreamSpecification"] = {**properties["StreamSpecification"], "StreamEnabled": True}
    return found
