"""Every domain with a table says what it holds of people, or why it holds nobody."""

import re
from pathlib import Path

import pytest

from omnilife.core.personal_data import HeldInTable, Keep
from omnilife.privacy import DOMAINS, HOLDERS, HOLDS_NOBODY, holder_of
from tests.unit.templates.stacks import all_functions, root_stack

ROOT = Path(__file__).parents[3]
TABLES = {
    re.sub(r"Table$", "", logical_id).lower() for logical_id in root_stack().of_type("AWS::DynamoDB::Table")
}


def test_every_table_is_somebodys_who_exports_and_erases_or_has_a_reason() -> None:
    assert set(HOLDERS) | set(HOLDS_NOBODY) == TABLES
    assert set(HOLDERS) & set(HOLDS_NOBODY) == set()
    assert [domain for domain, reason in HOLDS_NOBODY.items() if len(reason) < 40] == []


def test_identity_is_the_last_to_forget() -> None:
    """Until then the others can be told the account's addresses."""
    assert DOMAINS[-1] == "identity"
    assert set(DOMAINS) == set(HOLDERS)


@pytest.mark.parametrize("step", ["erase_user_data", "export_user_data"])
def test_the_steps_are_given_the_tables_of_all_who_hold_somebody(step: str) -> None:
    (function,) = [each for each in all_functions() if each.folder == f"identity/{step}"]

    assert {f"{domain.upper()}_TABLE" for domain in HOLDERS} <= set(function.variables)


@pytest.mark.parametrize("domain", HOLDERS)
def test_what_is_kept_of_an_erased_user_is_kept_for_a_reason_that_is_written_down(
    domain: str, secrets: dict[str, str]
) -> None:
    holder = holder_of(domain)
    holdings = holder.holdings if isinstance(holder, HeldInTable) else ()
    reasons = [each.forget.reason for each in holdings if isinstance(each.forget, Keep)]
    inventory = " ".join((ROOT / "docs/security.md").read_text(encoding="utf-8").split())

    assert [reason for reason in reasons if reason not in inventory] == []
