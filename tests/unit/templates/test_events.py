"""Rules of the event bus: what they route is announced by somebody, under that very name."""

from typing import Any

import pytest

from local.generate.events import event_types
from tests.unit.templates.stacks import domain_stacks

PREFIX = "omnilife."

RULES = [
    pytest.param(rule["EventPattern"], id=f"{stack.name}-{name}")
    for stack in domain_stacks()
    for name, rule in stack.of_type("AWS::Events::Rule").items()
    if any(str(source).startswith(PREFIX) for source in rule.get("EventPattern", {}).get("source", ()))
]


def announced(domain: str) -> set[str]:
    """The types of a domain's events."""
    return {event.model_fields["type"].default for event in event_types(domain)}


@pytest.mark.parametrize("pattern", RULES)
def test_a_rule_routes_events_that_there_are(pattern: dict[str, Any]) -> None:
    known = {name for source in pattern["source"] for name in announced(source.removeprefix(PREFIX))}

    assert set(pattern.get("detail-type", ())) - known == set()


def test_rules_are_looked_at() -> None:
    assert len(RULES) > 5
