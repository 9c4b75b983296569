"""Templates, as administrators see and change them."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, Timestamp, system_clock
from omnilife.core.errors import FieldError, Invalid, NotFound, PreconditionFailed
from omnilife.core.table import ConditionFailed
from omnilife.notifications.message_templates import (
    FIRST_OWN,
    Data,
    Template,
    TemplateChange,
    shipped,
    shipped_names,
)
from omnilife.notifications.models import CHANNELS, Channel, Language, TemplateId
from omnilife.notifications.provider import Rendered
from omnilife.notifications.rendering import render_template
from omnilife.notifications.store_templates import TemplateStore


class TemplateSummary(BaseModel):
    """A name, and what new notifications under it say."""

    name: TemplateId
    version: int
    variables: list[str]
    own: bool = Field(description="the shop wrote it; else it is the one that ships")
    updated_at: Timestamp | None = None


class TemplateList(BaseModel):
    items: list[TemplateSummary]


class TemplateDetails(BaseModel):
    """A version in full, and which others there are."""

    template: Template
    versions: list[int]


class Preview(BaseModel):
    """What to try a template with.

    Attributes:
        data: what is left out comes from the template's own sample.
        change: try this instead of a kept version; it is not kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel = "email"
    language: Language = "en"
    version: Annotated[int, Field(ge=1, strict=True)] | None = None
    data: Data = {}
    change: TemplateChange | None = None


class Previewed(BaseModel):
    """What a recipient would get."""

    version: int | None
    language: str
    subject: str
    preheader: str
    text: str
    html: str | None
    link: str | None


def list_templates(store: TemplateStore) -> TemplateList:
    """All names, in their order."""
    heads = store.heads()
    items = [
        TemplateSummary(
            name=name,
            version=head["version"],
            variables=list(head["variables"]),
            own=True,
            updated_at=head["updated_at"],
        )
        for name, head in heads.items()
    ]
    for name in shipped_names() - heads.keys():
        found = shipped(name)
        if found is not None:
            items.append(
                TemplateSummary(name=name, version=found.version, variables=list(found.variables), own=False)
            )
    return TemplateList(items=sorted(items, key=lambda item: item.name))


def find_template(store: TemplateStore, name: str, version: int | None = None) -> TemplateDetails:
    """One version, the current one unless it is named.

    Raises:
        NotFound
    """
    return TemplateDetails(template=_find(store, name, version), versions=store.versions(name))


def put_template(
    store: TemplateStore,
    name: str,
    change: TemplateChange,
    *,
    caller: Caller,
    if_match: int | None = None,
    clock: Clock = system_clock,
) -> Template:
    """Keep a new version, which new notifications get from now on. The same again makes no other version.

    It is rendered in each language and channel with its sample first: what cannot be sent is not kept.

    Raises:
        PreconditionFailed: the current version is not `if_match`, or somebody else was faster.
        BadTemplate, MissingVariables, TemplateTooCostly, UnsafeLink, Invalid
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        raise Invalid("That is no name of a template.", errors=[FieldError("/name", "not as price_alert is")])
    before = store.current(name)
    if if_match is not None and if_match != (before.version if before else 0):
        raise PreconditionFailed(f"The version is {before.version if before else 0}.")
    own = before is not None and before.version >= FIRST_OWN
    template = Template(
        name=name,
        version=before.version + 1 if before is not None and own else FIRST_OWN,
        variables=_variables(change),
        languages=change.languages,
        sample=change.sample,
        updated_at=clock.now(),
        updated_by=caller.actor,
    )
    if before is not None and _says(before) == _says(template):
        return before
    for language in template.languages:
        for channel in CHANNELS:
            render_template(template, language, channel, template.sample)
    try:
        store.add(template, before=before.version if before is not None and own else None)
    except ConditionFailed:
        raise PreconditionFailed("Somebody else wrote a version meanwhile.") from None
    return template


def preview_template(store: TemplateStore, name: str, preview: Preview) -> Previewed:
    """What a recipient would get. Nothing is sent or kept.

    Raises:
        NotFound, BadTemplate, MissingVariables, TemplateTooCostly, UnsafeLink
    """
    if preview.change is not None:
        template = Template(
            name=name, version=0, languages=preview.change.languages, sample=preview.change.sample
        )
    else:
        template = _find(store, name, preview.version)
    rendered = render_template(
        template, preview.language, preview.channel, {**template.sample, **preview.data}
    )
    return _previewed(template, preview, rendered)


def _previewed(template: Template, preview: Preview, rendered: Rendered) -> Previewed:
    return Previewed(
        version=template.version or None,
        language=template.texts(preview.language)[0],
        subject=rendered.subject,
        preheader=rendered.preheader,
        text=rendered.text,
        html=rendered.html,
        link=rendered.link,
    )


def _find(store: TemplateStore, name: str, version: int | None) -> Template:
    found = store.current(name) if version is None else store.version(name, version)
    if found is None:
        raise NotFound("There is no such template, or no such version of it.")
    return found


def _says(template: Template) -> tuple[Any, Any]:
    return template.languages, template.sample


def _variables(change: TemplateChange) -> tuple[str, ...]:
    from omnilife.notifications.sandbox import variables_of  # noqa: PLC0415 (deferred: see core.lazy)

    found: set[str] = set()
    for language, texts in change.languages.items():
        for channel, part in texts:
            for field, source in part:
                pointer = f"/languages/{language}/{channel}/{field}"
                found |= variables_of(source, html=field == "html", pointer=pointer)
    return tuple(sorted(found))
