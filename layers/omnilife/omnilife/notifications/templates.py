"""Mails from their templates: a subject, a text part and an HTML part, from one set of values.

Each mail has two files in `mails/<language>/`: `<name>.txt`, whose first line is the subject, and
`<name>.html`, which extends `layout.html`. HTML escapes what is put into it. A template sees its own values
and nothing else, and a value that is missing is an error, not a gap.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

FALLBACK = "en"
FOLDER = Path(__file__).parent / "mails"
MAX_SUBJECT = 200

LINKS: Mapping[str, str] = {
    "verify": "/account/verify-email",
    "verify a change": "/account/change-email",
    "reset": "/account/reset-password",
    "unlock": "/account/unlock",
    "export_ready": "/account/data",
}
"""Where the link of a mail with a token leads, below PUBLIC_BASE_URL. The token is behind `#`: no server's
log and no `Referer` ever has it."""

CHANGES_ADDRESS = "e-mail address"
"""As `what` of a mail: the link confirms another address of an account that its owner is signed in to."""

VARIABLES: Mapping[str, frozenset[str]] = {
    "verify": frozenset(),
    "already_registered": frozenset(),
    "reset": frozenset(),
    "changed": frozenset({"what"}),
    "unlock": frozenset({"until"}),
    "new_device": frozenset({"at", "address", "user_agent"}),
    "erasing": frozenset(),
    "export_ready": frozenset({"until"}),
}
"""What each template takes beside `name`, `link`, `code` and `base_url`."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent."""

    subject: str
    text: str
    html: str


def link_to(template: str, base_url: str, token: str | None) -> str:
    """The address that a mail's button opens."""
    page = base_url.rstrip("/") + LINKS.get(template, "/account")
    return page if token is None else f"{page}#token={token}"


def render_mail(template: str, locale: str, values: Mapping[str, str]) -> Mail:
    """The mail in the locale's language, or in English if there is none in that.

    Raises:
        jinja2.UndefinedError: a value is missing; it is named.
    """
    cleaned = {name: _CONTROLS.sub(" ", value).strip() for name, value in values.items()}
    folder = _folder(locale)
    text = _environment().get_template(f"{folder}/{template}.txt").render(cleaned)
    html = _environment().get_template(f"{folder}/{template}.html").render(cleaned)
    subject, _, body = text.partition("\n")
    return Mail(subject.strip()[:MAX_SUBJECT], body.strip() + "\n", html)


@cache
def _folder(locale: str) -> str:
    language = locale.partition("-")[0].lower()
    return language if language.isalpha() and (FOLDER / language).is_dir() else FALLBACK


@cache
def _environment() -> "Environment":
    from jinja2 import FileSystemLoader, StrictUndefined  # noqa: PLC0415 (deferred: see core.lazy)
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
