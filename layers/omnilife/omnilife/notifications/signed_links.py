"""Links in mails that say of themselves what they may do: unsubscribe, open, click.

| link        | token                                            | signed                        |
|-------------|--------------------------------------------------|-------------------------------|
| unsubscribe | `<letter of the category><user id>.<signature>`  | purpose, category and user    |
| open        | `o<notification id>.<signature>`                 | purpose and notification      |
| click       | `c<notification id>.<signature>`, `?to=<link>`   | purpose, notification, link   |

A click is redirected only to the link that was signed for that message. HMAC-SHA256, cut to 128 bits.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from re import Match
from re import compile as pattern
from typing import Self
from urllib.parse import urlencode

from omnilife.core.config import Settings
from omnilife.core.secrets import secret
from omnilife.notifications.models import CATEGORIES, MANDATORY, Category

LETTERS = {category: category[0] for category in CATEGORIES}
MAX_ID = 40
"""A path's segment has 64 characters, 24 of which are the rest of a token."""

_HREF = pattern(r'(<a\b[^>]*?\bhref=")(https?://[^"]*)(")')


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings(Settings):
    links_secret_arn: str
    api_base_url: str


@dataclass(frozen=True, slots=True)
class SignedLinks:
    """Makes such links, and reads their tokens."""

    key: str = field(repr=False)
    base_url: str

    @classmethod
    def from_environment(cls) -> Self:
        settings = LinkSettings.from_environment()
        return cls(secret(settings.links_secret_arn), settings.api_base_url.rstrip("/"))

    def unsubscribe_url(self, user_id: str, category: Category) -> str:
        """Where a category of mails is switched off; empty where it cannot be."""
        if category in MANDATORY or len(user_id) > MAX_ID:
            return ""
        signature = self._sign("unsubscribe", category, user_id)
        return f"{self.base_url}/api/notifications/unsubscribe/{LETTERS[category]}{user_id}.{signature}"

    def read_unsubscribe(self, token: str) -> tuple[str, Category] | None:
        """The user and the category; None: it is not one of ours."""
        body, _, signature = token.rpartition(".")
        for category, letter in LETTERS.items():
            if body.startswith(letter) and self._fits(signature, "unsubscribe", category, body[1:]):
                return body[1:], category
        return None

    def open_url(self, notification_id: str) -> str:
        """Of a picture that nobody sees; asking for it means that the mail was opened, or fetched ahead."""
        return (
            f"{self.base_url}/api/notifications/open/o{notification_id}.{self._sign('open', notification_id)}"
        )

    def read_open(self, token: str) -> str | None:
        """The notification; None: it is not one of ours."""
        body, _, signature = token.rpartition(".")
        return body[1:] if body[:1] == "o" and self._fits(signature, "open", body[1:]) else None

    def click_url(self, notification_id: str, link: str) -> str:
        """That leads to `link`, and says on the way that it was followed."""
        token = f"c{notification_id}.{self._sign('click', notification_id, link)}"
        return f"{self.base_url}/api/notifications/click/{token}?{urlencode({'to': link})}"

    def read_click(self, token: str, link: str) -> str | None:
        """The notification; None: that message has no such link."""
        body, _, signature = token.rpartition(".")
        return body[1:] if body[:1] == "c" and self._fits(signature, "click", body[1:], link) else None

    def follow(self, html: str, notification_id: str) -> str:
        """A mail whose links are counted, with a picture at its end that says that it was opened.

        Our own links, to unsubscribe, stay as they are: they must work whatever else does not.
        """

        def counted(found: Match[str]) -> str:
            link = unescape(found[2])
            if link.startswith(f"{self.base_url}/api/notifications/"):
                return found[0]
            return found[1] + escape(self.click_url(notification_id, link)) + found[3]

        picture = f'<img src="{escape(self.open_url(notification_id))}" width="1" height="1" alt="">'
        before, end, after = _HREF.sub(counted, html).rpartition("</body>")
        return f"{before}{picture}{end}{after}" if end else f"{after}{picture}"

    def _sign(self, *parts: str) -> str:
        digest = hmac.digest(self.key.encode(), "\n".join(parts).encode(), sha256)
        return urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def _fits(self, signature: str, *parts: str) -> bool:
        return hmac.compare_digest(signature.encode(), self._sign(*parts).encode())
