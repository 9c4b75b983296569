"""Second factors in identity's table.

| entity     | pk                 | sk   | members                                                   |
|------------|--------------------|------|-----------------------------------------------------------|
| factors    | USER#<user id>     | TOTP | as `SecondFactor`                                         |
| limits     | LIMIT#limit:mfa:…  | LIMIT | `core.limits`                                            |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.table import Delete, Table, Update
from omnilife.identity.second_factors import SecondFactor

FACTOR = "second factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSettings(Settings):
    identity_table: str


@dataclass(frozen=True, slots=True)
class FactorStore:
    """The rows of second factors."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(FactorSettings.from_environment().identity_table))

    def find(self, user_id: str) -> SecondFactor | None:
        """The factor, pending or confirmed. Cost: one consistent read."""
        key = factor_key(user_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else SecondFactor.model_validate(item)

    def offer(self, user_id: str, factor: SecondFactor) -> None:
        """Write a pending factor, over an earlier one that was never confirmed.

        Raises:
            ConditionFailed: one is in force.
        """
        item = {**factor_key(user_id), "entity": "second factor", **factor.model_dump(mode="python")}
        self.table.put(item, condition=missing("pk") | (attribute("state") == "pending"), name=FACTOR)

    def confirm(
        self, user_id: str, factor: SecondFactor, *, step: int, recovery: Mapping[str, int]
    ) -> Update:
        """The part by which a pending factor is in force, its first code used."""
        return Update(
            factor_key(user_id),
            set={
                "state": "confirmed",
                "last_step": step,
                "recovery": recovery,
                "version": factor.version + 1,
            },
            condition=(attribute("state") == "pending") & (attribute("box") == factor.box),
            name=FACTOR,
        )

    def use_step(self, user_id: str, step: int) -> Update:
        """The part that uses up a code of the app; of two with the same code, the second fails."""
        return Update(
            factor_key(user_id),
            set={"last_step": step},
            condition=(attribute("state") == "confirmed") & (attribute("last_step") < step),
            name=FACTOR,
        )

    def use_recovery(self, user_id: str, code_hash: str) -> Update:
        """The part that uses up a recovery code."""
        return Update(
            factor_key(user_id),
            remove=[("recovery", code_hash)],
            condition=(attribute("state") == "confirmed") & exists("recovery", code_hash),
            name=FACTOR,
        )

    def remove(self, user_id: str, factor: SecondFactor) -> Delete:
        """The part by which there is none any more. The code that allows it goes with it, used or not."""
        return Delete(
            factor_key(user_id),
            condition=(attribute("box") == factor.box) & (attribute("last_step") == factor.last_step),
            name=FACTOR,
        )


def factor_key(user_id: str) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": "TOTP"}
