"""What a query costs to interpret: steps by its words, whatever a shop has configured."""

from datetime import UTC, datetime
from typing import Any

import pytest

from omnilife.search.configuration import Configuration
from omnilife.search.rules import MAX_RULES, Rule
from omnilife.search.synonyms import MAX_ENTRIES, SynonymChange
from omnilife.search.words import Phrases

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TEXT = "word7 word8 word9 and a brass desk lamp"


def shop(entries: int, rules: int) -> Configuration:
    """So many entries and rules, all of which begin with words of the query."""
    synonyms = [
        {"kind": "two_way", "terms": [f"word{n % 10} thing{n}", f"other{n}"]}
        if n % 2
        else {"kind": "replacement", "from": f"word{n % 10} stuff{n}", "to": f"more{n}"}
        for n in range(entries)
    ]
    made = [
        Rule.model_validate(
            {
                "rule_id": f"r{n}",
                "version": 1,
                "updated_at": NOW,
                "match": {"kind": ("exact", "contains", "all_words")[n % 3], "text": f"word{n % 10} no{n}"},
                "actions": {"pin": ["p"]},
            }
        )
        for n in range(rules)
    ]
    return Configuration(SynonymChange.model_validate({"entries": synonyms}).entries, made)


def steps(configuration: Configuration, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many phrases are looked at for the query."""
    looked: list[int] = []
    at = Phrases.at

    def counted(self: Any, keys: Any, start: int) -> Any:
        looked.append(1)
        for found in at(self, keys, start):
            looked.append(1)
            yield found

    with monkeypatch.context() as patched:
        patched.setattr(Phrases, "at", counted)
        configuration.interpret(TEXT, NOW)
    return len(looked)


def test_five_thousand_entries_and_all_rules_cost_a_query_no_more_steps_than_ten(
    monkeypatch: pytest.MonkeyPatch,
):
    few, all_of_them = shop(10, 3), shop(MAX_ENTRIES, MAX_RULES)
    assert steps(all_of_them, monkeypatch) <= steps(few, monkeypatch) + 2
