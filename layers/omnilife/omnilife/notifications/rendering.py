"""What a notification says, in one language and for one channel."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omnilife.notifications.models import Channel, Content
from omnilife.notifications.problems import MissingVariables, UnknownTemplate
from omnilife.notifications.provider import Rendered

if TYPE_CHECKING:
    from jinja2 import Environment

FALLBACK = "en"
FOLDER = Path(__file__).parent / "messages"

VARIABLES: Mapping[str, frozenset[str]] = {
    "welcome": frozenset(),
    "digest": frozenset({"count", "items"}),
}
"""What each template that ships takes, beside `name`, which the recipient's account has."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def pin_template(template: str, data: Mapping[str, Any]) -> int:
    """The version that a notification made now says, for ever; `data` has all that it takes.

    Raises:
        UnknownTemplate: there is none of that name.
        MissingVariables: names them.
    """
    if template not in VARIABLES:
        raise UnknownTemplate(template)
    if missing := VARIABLES[template] - data.keys():
        raise MissingVariables(sorted(missing))
    return 1


def render(template: str, version: int, language: str, channel: Channel, data: Mapping[str, Any]) -> Rendered:
    """A template's version, in the language or in the next best one that it has.

    Raises:
        UnknownTemplate: there is no such version.
        MissingVariables: a value is missing; it is named.
    """
    if template not in VARIABLES or version != 1:
        raise UnknownTemplate(template)
    from jinja2 import UndefinedError  # noqa: PLC0415 (deferred: see core.lazy)

    try:
        text = _environment().get_template(f"{_folder(language)}/{template}.txt").render(data)
        subject, _, body = text.partition("\n")
        html = None
        if channel == "email":
            html = _environment().get_template(f"{_folder(language)}/{template}.html").render(data)
    except UndefinedError as error:
        raise MissingVariables([str(error)]) from error
    return Rendered(one_line(subject), body.strip() + "\n", html)


def render_content(content: Content, channel: Channel) -> Rendered:
    """What was written without a template: text as it is, and for a mail the same with its line breaks."""
    links = (content.link,) if content.link else ()
    html = None
    if channel == "email":
        html = _environment().get_template("content.html").render(content=content)
    text = content.text if content.link is None else f"{content.text}\n\n{content.link}"
    return Rendered(one_line(content.title), text + "\n", html, link=content.link, links=links)


def one_line(text: str) -> str:
    """A subject or title: no character in it begins a line, nor a header."""
    return _CONTROLS.sub(" ", text).strip()[:200]


@cache
def _folder(language: str) -> str:
    base = language.partition("-")[0].lower()
    return base if base.isalpha() and (FOLDER / base).is_dir() else FALLBACK


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
