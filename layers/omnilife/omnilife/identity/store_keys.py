"""Signing keys, as the `trust` table has them: `core.trust` reads them to verify, this module to sign.

| entity | pk   | sk    | members |
|--------|------|-------|---------|
| keys   | KEYS | <kid> | jwk (JSON text), state, key_arn, signs_from, expires_at, |
|          |      |       | made_by_rotation |

Times are epoch seconds. The one that signs is the one with the latest `signs_from` that has come: nobody is
told, every signer that has read the row since it was published knows. `state` is for people.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.conditions import attribute, missing
from omnilife.core.config import Settings
from omnilife.core.table import ConditionFailed, Item, Put, Table, Update

PARTITION = "KEYS"
MAX_KEYS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySettings(Settings):
    trust_table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A key whose tokens are believed.

    Attributes:
        key_arn: in KMS; empty for a key that somebody else signs with.
        signs_from: when it begins to sign, if no later one has by then.
        expires_at: from when on no token is believed by it; None while that is not decided.
        made_by_rotation: so that rotation also has it deleted; the first is CloudFormation's.
    """

    kid: str
    jwk: Mapping[str, Any]
    state: str
    key_arn: str
    signs_from: int
    expires_at: int | None
    made_by_rotation: bool = False

    @classmethod
    def read(cls, item: Item) -> Self:
        return cls(
            kid=item["sk"],
            jwk=json.loads(item["jwk"]),
            state=item["state"],
            key_arn=item.get("key_arn", ""),
            signs_from=item.get("signs_from", 0),
            expires_at=item.get("expires_at"),
            made_by_rotation=item.get("made_by_rotation", False),
        )

    def item(self) -> Item:
        """The row of a key that has no end yet."""
        return {
            "pk": PARTITION,
            "sk": self.kid,
            "jwk": json.dumps(self.jwk),
            "state": self.state,
            "key_arn": self.key_arn,
            "signs_from": self.signs_from,
            "made_by_rotation": self.made_by_rotation,
        }

    def verifies_at(self, now: int) -> bool:
        """Whether a token by it can be valid at `now`."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """The rows of signing keys."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(KeySettings.from_environment().trust_table))

    def all(self) -> list[TrustedKey]:
        """Every key that is not deleted yet, oldest first. Cost: one consistent query."""
        items = self.table.query(PARTITION, limit=MAX_KEYS, consistent=True).items
        return sorted(map(TrustedKey.read, items), key=lambda key: (key.signs_from, key.kid))

    def publish(self, key: TrustedKey) -> bool:
        """Write the row of the first key; False if it stands already and is whole."""
        try:
            self.table.put(key.item(), condition=missing("key_arn"))
        except ConditionFailed:
            return False
        return True

    def publish_after(self, current: TrustedKey, following: TrustedKey, *, current_expires_at: int) -> None:
        """Write the row of the next key, and with it the end of the one that signs now.

        Raises:
            ConditionFailed: that one has a successor already.
        """
        self.table.transact(
            [
                Put(following.item(), condition=missing("pk"), name="following"),
                Update(
                    _key(current),
                    set={"expires_at": current_expires_at},
                    condition=missing("expires_at") & (attribute("key_arn") == current.key_arn),
                    name="current",
                ),
            ]
        )

    def move(self, key: TrustedKey, state: str) -> bool:
        """Note the next state, `removed` by removing the row; False if another run did."""
        still = attribute("state") == key.state
        try:
            if state == "removed":
                self.table.delete(_key(key), condition=still)
            else:
                self.table.update(_key(key), set={"state": state}, condition=still)
        except ConditionFailed:
            return False
        return True


def _key(key: TrustedKey) -> dict[str, str]:
    return {"pk": PARTITION, "sk": key.kid}
