"""What readers do with a mail: open it, follow its links, ask for no more."""

from dataclasses import dataclass
from html import escape
from typing import Self

from omnilife.core.clock import Clock, system_clock
from omnilife.notifications.models import Category
from omnilife.notifications.problems import BadLink
from omnilife.notifications.signed_links import SignedLinks
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_recipients import RecipientStore

PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""A transparent GIF of one pixel."""

ONE_CLICK = b"List-Unsubscribe=One-Click"

_SUBJECTS = {
    "account": "your account",
    "order": "your orders",
    "price_alert": "prices that you watch",
    "reminder": "reminders",
    "marketing": "offers",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What it takes to note them."""

    links: SignedLinks
    notes: NoteStore
    deliveries: DeliveryStore
    recipients: RecipientStore
    clock: Clock = system_clock

    @classmethod
    def from_environment(cls) -> Self:
        table = NoteStore.from_environment().table
        return cls(
            SignedLinks.from_environment(), NoteStore(table), DeliveryStore(table), RecipientStore(table)
        )

    def opened(self, token: str) -> bytes:
        """Note that a mail was opened, and answer its picture. Repeating it changes nothing.

        Mail programs that fetch pictures ahead open mails that nobody looked at: an opened mail is a hint.

        Raises:
            BadLink: forged.
        """
        notification_id = self.links.read_open(token)
        if notification_id is None:
            raise BadLink
        self._note(notification_id, "opened")
        return PIXEL

    def clicked(self, token: str, link: str) -> str:
        """Note that a mail's link was followed; returns where it leads.

        Raises:
            BadLink: that mail had no such link.
        """
        notification_id = self.links.read_click(token, link)
        if notification_id is None:
            raise BadLink
        self._note(notification_id, "clicked")
        return link

    def unsubscribe(self, token: str) -> Category:
        """Send no more mails of the category; returns it. Repeating it changes nothing.

        Raises:
            BadLink: forged.
        """
        user_id, category = self._leaving(token)
        self.recipients.mute(user_id, category, "email", now=self.clock.now())
        return category

    def ask(self, token: str) -> str:
        """The page that asks before it does so: programs that look at links follow them, and must not.

        Raises:
            BadLink: forged.
        """
        _, category = self._leaving(token)
        return _page(
            "Unsubscribe",
            f"<p>Do you want no more mails about {escape(_SUBJECTS[category])}?</p>"
            '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
            "<button>Unsubscribe</button></form>",
        )

    def _leaving(self, token: str) -> tuple[str, Category]:
        found = self.links.read_unsubscribe(token)
        if found is None:
            raise BadLink
        return found

    def _note(self, notification_id: str, what: str) -> None:
        note = self.notes.get(notification_id)
        if note is None or note.user_id is None:
            return
        now = self.clock.now()
        known = self.deliveries.note(
            user_id=note.user_id, notification_id=notification_id, channel="email", what=what, at=now
        )
        if known:
            self.notes.opened(notification_id, at=now)


def left(category: Category) -> str:
    """The page that says that it is done."""
    return _page("Unsubscribed", f"<p>You get no more mails about {escape(_SUBJECTS[category])}.</p>")


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    )
