"""Templates of notifications: one name, numbered versions, several languages, three channels.

What ships is in `messages/<language>/<name>.toml`, in the same form as the API takes, and is version 1 of its
name. A shop's own versions are in the table and count from `FIRST_OWN`, so that an update of this program can
bring a version 2 without meeting one. No version ever changes.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.notifications.models import Language, TemplateId

FALLBACK = "en"
SHIPPED = 1
FIRST_OWN = 1_000
FOLDER = Path(__file__).parent / "messages"
MAX_TEMPLATE_BYTES = 200_000
"""Of one version with all its languages, as JSON: half of what a table's item may have."""

MAX_LANGUAGES = 20

Line = Annotated[
    str, StringConstraints(max_length=400, pattern=r"^[^\x00-\x1f\x7f]*$"), BeforeValidator(free_of_cards)
]
"""A subject's or title's source: one line, so that what it renders to is one."""

Sms = Annotated[str, StringConstraints(min_length=1, max_length=2_000), BeforeValidator(free_of_cards)]
Body = Annotated[str, StringConstraints(min_length=1, max_length=20_000), BeforeValidator(free_of_cards)]
Html = Annotated[str, StringConstraints(min_length=1, max_length=60_000), BeforeValidator(free_of_cards)]
Link = Annotated[str, StringConstraints(max_length=500), BeforeValidator(free_of_cards)]


def _no_cards(value: Any) -> Any:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        else:
            free_of_cards(each)
    return value


Data = Annotated[dict[str, Any], BeforeValidator(_no_cards)]
"""Values for a template; no text in them, however deep, has a card number."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EmailText(_Part):
    """A mail: what the list of mails shows, and both parts. `html` may extend "layout"."""

    subject: Line
    preheader: Line = ""
    text: Body
    html: Html


class SmsText(_Part):
    text: Sms


class PushText(_Part):
    """A push message. `link` is where a tap leads."""

    title: Line
    text: Sms
    link: Link = ""


class Texts(_Part):
    """What a template says in one language."""

    email: EmailText
    sms: SmsText
    push: PushText


class TemplateChange(_Part):
    """A new version: what it says in each language. English has to be there: it is what others fall back to.

    Attributes:
        languages: by their tags, such as `de` or `pt-BR`. A reader of `pt-PT` gets `pt-PT`, `pt`, or `en`.
        sample: data to try it with. It has to render in every language and channel, or it is refused.
    """

    languages: Annotated[Mapping[Language, Texts], Field(min_length=1, max_length=MAX_LANGUAGES)]
    sample: Data = {}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if FALLBACK not in self.languages:
            raise ValueError(f"the language {FALLBACK!r} is missing")
        if len(self.model_dump_json()) > MAX_TEMPLATE_BYTES:
            raise ValueError(f"more than {MAX_TEMPLATE_BYTES:,} bytes")
        return self


class Template(_Part):
    """One version of a template.

    Attributes:
        variables: what the data of a notification must have.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: TemplateId
    version: int
    variables: tuple[str, ...] = ()
    languages: Mapping[Language, Texts]
    sample: Data = {}
    updated_at: Timestamp | None = None
    updated_by: str | None = None

    def texts(self, language: str) -> tuple[str, Texts]:
        """In the language, or in the next best one; which one it is comes with it."""
        known = {tag.lower(): tag for tag in self.languages}
        wanted = language.lower()
        while wanted:
            if wanted in known:
                return known[wanted], self.languages[known[wanted]]
            wanted = wanted.rpartition("-")[0]
        return FALLBACK, self.languages[FALLBACK]


@cache
def shipped_names() -> frozenset[str]:
    """The templates that come with this program."""
    return frozenset(path.stem for path in (FOLDER / FALLBACK).glob("*.toml"))


@cache
def shipped(name: str) -> Template | None:
    """What ships under a name."""
    if name not in shipped_names():
        return None
    found = {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob(f"*/{name}.toml"))
    }
    about = {key: found[FALLBACK].pop(key, default) for key, default in (("variables", ()), ("sample", {}))}
    return Template.model_validate({"name": name, "version": SHIPPED, "languages": found, **about})
