"""edge.yaml's route table, for the local launcher and for tests: one place says who answers a path."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

EDGE = Path(__file__).resolve().parents[2] / "edge.yaml"


class _Loader(yaml.SafeLoader):
    """YAML whose CloudFormation functions (`!Ref …`) are read as None: routes have none."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def edge_routes(path: Path = EDGE) -> list[tuple[str, str]]:
    """Path patterns and the domain that each leads to (`media` for the bucket), in CloudFront's order."""
    template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a SafeLoader)
    distribution = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    return [(rule["PathPattern"], rule["TargetOriginId"]) for rule in distribution["CacheBehaviors"]]


def domain_of(path: str, routes: Iterable[tuple[str, str]]) -> str | None:
    """Who answers `path`; None where the edge itself answers 404."""
    return next((domain for pattern, domain in routes if _compiled(pattern).fullmatch(path)), None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """CloudFront's rules: `*` is any number of characters, `?` is one, the first slash may be left out."""
    wildcards = {"*": ".*", "?": "."}
    expression = "".join(wildcards.get(character, re.escape(character)) for character in pattern.lstrip("/"))
    return re.compile("/" + expression, re.DOTALL)
