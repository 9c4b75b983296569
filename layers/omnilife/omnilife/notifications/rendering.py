"""What a notification says, in one language and for one channel."""

import re
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from typing import Any, override
from urllib.parse import urlsplit

from omnilife.notifications.message_templates import FALLBACK, FOLDER, Template, shipped
from omnilife.notifications.models import Channel, Content
from omnilife.notifications.problems import BadTemplate, UnknownTemplate, UnsafeLink
from omnilife.notifications.provider import Rendered

MAX_SUBJECT = 200
MAX_SMS = 1_600
"""What Twilio takes, in parts of 153."""

MAX_PUSH = 1_000
"""A push message has 4 KB with everything; a screen shows some 200 characters."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "mandatory": "You get this message because it concerns your account; it cannot be switched off.",
        "why": "You get this message because you have an account with OmniLife.",
        "unsubscribe": "Unsubscribe",
        "open": "Open",
    },
    "de": {
        "mandatory": "Diese Nachricht betrifft Ihr Konto und lässt sich nicht abbestellen.",
        "why": "Sie erhalten diese Nachricht, weil Sie ein Konto bei OmniLife haben.",
        "unsubscribe": "Abbestellen",
        "open": "Öffnen",
    },
}
"""What the layout itself says."""


def render(template: str, version: int, language: str, channel: Channel, data: Mapping[str, Any]) -> Rendered:
    """A version of a template that ships, in the language or in the next best one that it has.

    Raises:
        UnknownTemplate: there is no such version.
        MissingVariables, BadTemplate, TemplateTooCostly, UnsafeLink
    """
    found = shipped(template)
    if found is None or version != found.version:
        raise UnknownTemplate(template)
    return render_template(found, language, channel, data)


def render_template(template: Template, language: str, channel: Channel, data: Mapping[str, Any]) -> Rendered:
    """A template with its data, as the channel has it.

    Beside its data a template has `name`, `base_url`, `lang`, `mandatory`, `time_zone` and `unsubscribe_url`;
    what `data` leaves out is empty.

    Raises:
        MissingVariables: a value is missing; it is named.
        BadTemplate, TemplateTooCostly, UnsafeLink
    """
    from omnilife.notifications.sandbox import run  # noqa: PLC0415 (deferred: see core.lazy)

    lang, texts = template.texts(language)
    values = given(lang, language, data)
    where = f"/languages/{lang}/{channel}"
    if channel == "sms":
        text = run(texts.sms.text, values, pointer=f"{where}/text").strip()
        if len(text) > MAX_SMS:
            raise BadTemplate(f"{where}/text", f"it makes more than {MAX_SMS:,} characters")
        return Rendered(text[:40], text)
    if channel == "push":
        title = one_line(run(texts.push.title, values, pointer=f"{where}/title"))
        text = run(texts.push.text, values, pointer=f"{where}/text").strip()
        link = run(texts.push.link, values, pointer=f"{where}/link").strip() or None
        if link is not None:
            check_href(link, f"{where}/link")
        return Rendered(title, shortened(text, MAX_PUSH), link=link, links=(link,) if link else ())
    subject = one_line(run(texts.email.subject, values, pointer=f"{where}/subject"))
    preheader = one_line(run(texts.email.preheader, values, pointer=f"{where}/preheader"))
    text = run(texts.email.text, values, pointer=f"{where}/text").strip() + "\n"
    shown = {**values, "subject": subject, "preheader": preheader}
    html = run(texts.email.html, shown, html=True, pointer=f"{where}/html")
    return Rendered(subject, text + _farewell(values), html, preheader, links=links_of(html, f"{where}/html"))


def render_content(content: Content, channel: Channel, data: Mapping[str, Any] | None = None) -> Rendered:
    """What was written without a template: text as it is, and for a mail the same with its line breaks."""
    title = one_line(content.title)
    links = (content.link,) if content.link else ()
    text = content.text if content.link is None else f"{content.text}\n\n{content.link}"
    if channel == "sms":
        return Rendered(title, shortened(text, MAX_SMS), link=content.link, links=links)
    if channel == "push":
        return Rendered(title, shortened(content.text, MAX_PUSH), link=content.link, links=links)
    from omnilife.notifications.sandbox import run  # noqa: PLC0415 (deferred: see core.lazy)

    values = given(FALLBACK, FALLBACK, data or {})
    shown = {**values, "subject": title, "preheader": "", "content": content.model_dump()}
    html = run(_content_source(), shown, html=True)
    return Rendered(title, text + "\n" + _farewell(values), html, links=links_of(html, "/content"))


def given(lang: str, language: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with all that every template has. What the layout says, no data change."""
    return {
        "name": "",
        "base_url": "",
        "mandatory": False,
        "time_zone": "UTC",
        "unsubscribe_url": "",
        **data,
        "lang": lang,
        "language": language,
        "words": _WORDS.get(lang.partition("-")[0], _WORDS[FALLBACK]),
    }


def _farewell(values: Mapping[str, Any]) -> str:
    """What a text part ends with: no reader should have to open the HTML part to be left alone."""
    words, url = values["words"], values["unsubscribe_url"]
    lines = [words["mandatory"] if values["mandatory"] else words["why"]]
    if url:
        lines.append(f"{words['unsubscribe']}: {url}")
    return "\n-- \n" + "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """A subject or title: no character in it begins a line, nor a header."""
    return shortened(_CONTROLS.sub(" ", text).strip(), MAX_SUBJECT)


def shortened(text: str, most: int) -> str:
    """At most so many characters; what is cut off is seen to be."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def check_href(link: str, pointer: str) -> None:
    """Let a link pass that may stand in a message.

    Raises:
        UnsafeLink: it is not https or http, or names no host.
    """
    try:
        parts = urlsplit(link)
        safe = parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        safe = False
    if not safe or _CONTROLS.search(link) or " " in link:
        raise UnsafeLink(pointer)


def links_of(html: str, pointer: str) -> tuple[str, ...]:
    """Where a mail's links lead, in order, each once.

    Raises:
        UnsafeLink: one of them leads where no link of a mail may.
    """
    found = _Links(pointer)
    found.feed(html)
    found.close()
    return tuple(dict.fromkeys(found.links))


class _Links(HTMLParser):
    """Collects links, and refuses those that are no addresses of pages."""

    def __init__(self, pointer: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pointer = pointer
        self.links: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name not in ("href", "src", "action", "formaction", "background"):
                continue
            address = (value or "").strip()
            if not (tag == "a" and address.lower().startswith(("mailto:", "tel:"))):
                check_href(address, self.pointer)
            if tag == "a" and name == "href" and address.startswith("http"):
                self.links.append(address)


@cache
def _content_source() -> str:
    return (FOLDER / "content.html").read_text(encoding="utf-8")
