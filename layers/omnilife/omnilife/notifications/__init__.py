"""What people are told, and how: mail so far."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.notifications.deliver_mails import MailPost as MailPost
    from omnilife.notifications.deliver_mails import deliver_mails as deliver_mails
    from omnilife.notifications.orders import MailOrder as MailOrder

__getattr__ = exports(
    __name__,
    {
        "MailOrder": "orders",
        "MailPost": "deliver_mails",
        "deliver_mails": "deliver_mails",
    },
)
