"""Who holds something of people: the list that an export and an erasure go through.

Each domain with a table is in one of the two lists; a test fails for one that is in neither. To join, a
domain says what it holds (`core.personal_data`), offers that as `personal_holdings`, and adds a line here and
its statements in functions/identity/template.yaml, to EraseUserDataFunction and ExportUserDataFunction.
"""

from collections.abc import Callable, Mapping

from omnilife.core.personal_data import PersonalData


def _catalogue() -> PersonalData:
    from omnilife.catalogue import personal_holdings  # noqa: PLC0415 (deferred: see core.lazy)

    return personal_holdings()


def _checkout() -> PersonalData:
    from omnilife.checkout import personal_holdings  # noqa: PLC0415 (deferred: see core.lazy)

    return personal_holdings()


def _identity() -> PersonalData:
    from omnilife.identity import personal_holdings  # noqa: PLC0415 (deferred: see core.lazy)

    return personal_holdings()


def _images() -> PersonalData:
    from omnilife.images import personal_holdings  # noqa: PLC0415 (deferred: see core.lazy)

    return personal_holdings()


def _notifications() -> PersonalData:
    from omnilife.notifications import personal_holdings  # noqa: PLC0415 (deferred: see core.lazy)

    return personal_holdings()


def _security() -> PersonalData:
    from omnilife.security import personal_holdings  # noqa: PLC0415 (deferred: see core.lazy)

    return personal_holdings()


DOMAINS = ("catalogue", "checkout", "images", "notifications", "security", "identity")
"""Those that hold somebody, in the order in which people are forgotten. Identity is the last: while the
account is there, the others can be told its addresses."""

HOLDERS: Mapping[str, Callable[[], PersonalData]] = {
    "catalogue": _catalogue,
    "checkout": _checkout,
    "images": _images,
    "notifications": _notifications,
    "security": _security,
    "identity": _identity,
}
"""Domain → what it holds; one for each of `DOMAINS`."""

HOLDS_NOBODY: Mapping[str, str] = {
    "search": "Searches and clicks are kept under a pseudonym of one day, and no account.",
    "trust": "Denials name a user or a session by id, and expire with the last token that they deny.",
}
"""Domain → why there is nothing to give out or to forget. Exports repeat it."""


def holder_of(domain: str) -> PersonalData:
    """What that domain holds.

    Raises:
        KeyError: there is no such domain, or it holds nobody.
    """
    return HOLDERS[domain]()
