"""The table in docs/security.md: what each route answers to each attempt to get in.

The answers follow from what a route declares; `tests/security/test_every_route.py` makes every attempt on
every route and compares. So the table says what was tried, not what was meant.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.generate.openapi import route_files
from omnilife.core.auth import Rule

PAGE = "docs/security.md"
BEGIN = "<!-- made by `make openapi`: routes × attacks -->\n"
END = "<!-- end -->\n"

ADMITTED = "in"
"""The request got past admission: where it may, or where nobody looks at credentials."""

BROKEN = {
    "garbage": "a bearer token that is none",
    "expired": "one that was valid",
    "early": "`nbf` and `iat` in an hour",
    "audience": "signed for another audience",
    "issuer": "signed for another issuer",
    "none": "`alg: none`, without signature",
    "hs256": "HS256 with the public key as the secret",
    "stranger": "signed by another key under our key's id",
    "session": "revoked: its session ended",
    "user": "revoked: all of its user's tokens",
    "dead key": "an API key that was revoked, or expired, or never was",
    "write key": "an API key that can only send events",
}
"""Credentials that do not hold, in every respect but one as good as any."""

ATTACKS = {
    "nobody": "no credential",
    **BROKEN,
    "customer": "a token without further roles",
    "merchant": "a token of a merchant",
    "other": "a customer's token, and another user's id in the path",
    "no scope": "an API key without the route's scope",
}
"""What is tried on every route, and how."""


@dataclass(frozen=True, slots=True)
class Route:
    """What a handler declares."""

    name: str
    function: str
    auth: str
    scopes: tuple[str, ...]

    @property
    def rule(self) -> Rule:
        return Rule.parse(self.auth, self.scopes)


def declared_routes(root: Path) -> list[Route]:
    """Every route, by its path, from the handlers' own text: nothing is imported."""
    routes = [_declared(file) for file in route_files(root)]
    return sorted(routes, key=lambda route: (route.name.partition(" ")[2], route.name))


def expected(route: Route, attack: str) -> str:
    """What the route answers: a status, `in`, or empty where the attack cannot be made."""
    rule = route.rule
    if attack == "other" and "{user_id}" not in route.name:
        return ""
    if not rule.reads_credentials:
        return ADMITTED
    if attack in BROKEN or (attack == "nobody" and not rule.open):
        return "401"
    if rule.open and not (attack == "no scope" and rule.scopes):
        return "404" if attack == "other" else ADMITTED
    if attack == "no scope":
        return ADMITTED if "service" in rule.words and not rule.scopes else "403"
    return _of_a_user(rule, attack)


def _of_a_user(rule: Rule, attack: str) -> str:
    """Of one who has signed in, where not everybody may."""
    passing = rule.words & ({"user", "merchant"} if attack == "merchant" else {"user"})
    if not passing:
        return "403"
    return "404" if attack == "other" else ADMITTED


def security_page(root: Path) -> str:
    """The page with its table made anew; the rest is written by hand."""
    text = (root / PAGE).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(_table(declared_routes(root))) + "\n" + END + after


def _table(routes: Iterable[Route]) -> list[str]:
    return [
        "",
        "| attempt | with |",
        "|---|---|",
        *(f"| {attack} | {how} |" for attack, how in ATTACKS.items()),
        "",
        f"| route | auth | {' | '.join(ATTACKS)} |",
        f"|---|---|{'---|' * len(ATTACKS)}",
        *(
            f"| {route.name} | {route.auth} | {' | '.join(expected(route, each) for each in ATTACKS)} |"
            for route in routes
        ),
        "",
    ]


def _declared(file: Path) -> Route:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "endpoint":
            said: Mapping[str | None, object] = {k.arg: _literal(k.value) for k in node.keywords}
            method, path = (_literal(argument) for argument in node.args)
            scopes = said.get("scopes", ())
            assert isinstance(scopes, (list, tuple))  # noqa: S101 (mypy; the handler would not load otherwise)
            return Route(
                f"{method} {path}",
                f"{file.parents[1].name}/{file.parent.name}",
                str(said["auth"]),
                tuple(map(str, scopes)),
            )
    raise ValueError(f"{file} declares no route")


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None  # of no interest here: names of problem classes
