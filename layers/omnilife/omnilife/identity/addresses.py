"""E-mail addresses in one spelling, so that an address has one account.

Lower case, Unicode's composed form, the domain in IDNA's ASCII form (`münchen.example` becomes
`xn--mnchen-3ya.example`). Of RFC 5321 and RFC 6531 the forms that people have are taken: a dot-atom and a
domain of two labels or more; no quoted local parts, no comments, no address literals. Whether mail arrives,
only a mail tells.
"""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_ADDRESS = 254
MAX_LOCAL = 64
_ATOM = re.compile(r"[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f.]+(?:\.[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f.]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def normalise_email(text: str) -> str:
    """The address as it is kept.

    Raises:
        ValueError: it is none, or one of a form that nobody has.
    """
    if len(text) > MAX_ADDRESS:
        raise ValueError("longer than an address can be")
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    local = unicodedata.normalize("NFC", local.lower())
    if not at or not _ATOM.fullmatch(local) or any(unicodedata.category(c)[0] in "CZ" for c in local):
        raise ValueError("not an e-mail address")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError("not a domain") from None
    labels = domain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise ValueError("not a domain")
    if len(local.encode()) > MAX_LOCAL or len(f"{local}@{domain}".encode()) > MAX_ADDRESS:
        raise ValueError("longer than an address can be")
    return f"{local}@{domain}"


def _validate(value: Any) -> str:
    try:
        return normalise_email(value)
    except (ValueError, TypeError, AttributeError):
        raise PydanticCustomError("email", "not an e-mail address") from None


EmailAddress = Annotated[
    str,
    BeforeValidator(_validate),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": MAX_ADDRESS}),
]
"""A field that takes an address and holds it as it is kept."""
