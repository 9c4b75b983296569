"""Entries of the address blacklist, and of the allow list that wins over it."""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp

type Kind = Literal["block", "allow"]

WIDEST: dict[int, int] = {4: 8, 6: 16}
"""By version of IP, the shortest prefix that an entry may have: no one entry closes the shop to everybody."""


def parse_network(value: Any) -> IPv4Network | IPv6Network:
    """An address or a range in CIDR; an IPv4 address in IPv6's form is what it maps."""
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    from ipaddress import ip_network  # noqa: PLC0415 (beside its types)

    try:
        network = ip_network(str(value).strip(), strict=True)
    except ValueError as error:
        raise PydanticCustomError(
            "network", "not an address or a CIDR range: {why}", {"why": str(error)}
        ) from None
    if isinstance(network, IPv6Network) and network.prefixlen >= 96 and network[0].ipv4_mapped:
        network = IPv4Network((int(network[0].ipv4_mapped), network.prefixlen - 96))
    if network.prefixlen < WIDEST[network.version]:
        raise PydanticCustomError(
            "network_too_wide",
            "a range has a prefix of at least /{least}",
            {"least": WIDEST[network.version]},
        )
    return network


Network = Annotated[
    IPv4Network | IPv6Network,
    BeforeValidator(parse_network, json_schema_input_type=str),
    PlainSerializer(str, return_type=str),
]


class NewEntry(BaseModel):
    """`cidr` is an IPv4 or IPv6 address, or a range: `203.0.113.0/24`. `allow` wins over all blocks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cidr: Annotated[Network, Field(examples=["203.0.113.0/24"])]
    kind: Kind = "block"
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        BeforeValidator(free_of_cards),
    ]
    expires_at: Timestamp | None = None


class Entry(BaseModel):
    """An entry that is in force until it expires or is deleted."""

    model_config = ConfigDict(frozen=True)

    entry_id: str
    cidr: Network
    kind: Kind
    reason: str
    created_by: str
    created_at: Timestamp
    expires_at: Timestamp | None

    def in_force(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at


class EntryPage(BaseModel):
    """Entries, newest first."""

    model_config = ConfigDict(frozen=True)

    items: list[Entry]
    next_cursor: str | None
