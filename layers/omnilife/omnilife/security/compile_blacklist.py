"""The blacklist as every function reads it: what is blocked, less what is allowed, packed.

Ranges are worked with as first and last number, each version of IP for itself: taking one sorted list of
ranges from another is one pass, where networks would be split again and again.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, summarize_address_range

from omnilife.core.trust import Blacklist
from omnilife.security.blacklist_models import Entry

type IpNetwork = IPv4Network | IPv6Network
type Range = tuple[int, int]


def compile_blacklist(entries: Iterable[Entry]) -> bytes:
    """`Blacklist.pack` of the entries that block, without the addresses of those that allow."""
    blocked: list[IpNetwork] = []
    allowed: list[IpNetwork] = []
    for entry in entries:
        (blocked if entry.kind == "block" else allowed).append(entry.cidr)
    return Blacklist.pack(
        network
        for version in (4, 6)
        for first, last in subtract(ranges(blocked, version), ranges(allowed, version))
        for network in _networks(first, last, version)
    )


def ranges(networks: Iterable[IpNetwork], version: int) -> list[Range]:
    """The networks of one version as sorted ranges that neither touch nor overlap."""
    found: list[Range] = []
    for first, last in sorted((int(n[0]), int(n[-1])) for n in networks if n.version == version):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def subtract(blocked: list[Range], allowed: list[Range]) -> Iterator[Range]:
    """What of `blocked` is not in `allowed`; both as `ranges` gives them."""
    place = 0
    for start, last in blocked:
        first = start
        while place < len(allowed) and allowed[place][1] < first:
            place += 1
        for low, high in allowed[place:]:
            if low > last or first > last:
                break
            if first < low:
                yield first, low - 1
            first = max(first, high + 1)
        if first <= last:
            yield first, last


def _networks(first: int, last: int, version: int) -> Iterator[IpNetwork]:
    if version == 4:
        yield from summarize_address_range(IPv4Address(first), IPv4Address(last))
    else:
        yield from summarize_address_range(IPv6Address(first), IPv6Address(last))
