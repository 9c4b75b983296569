"""What people are told, and how: mail so far."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.notifications.mail_post import MailPost as MailPost
    from omnilife.notifications.mail_post import deliver_mails as deliver_mails
    from omnilife.notifications.orders import MailOrder as MailOrder
    from omnilife.notifications.store_people import personal_holdings as personal_holdings

__getattr__ = exports(
    __name__,
    {
        "MailOrder": "orders",
        "MailPost": "mail_post",
        "deliver_mails": "mail_post",
        "personal_holdings": "store_people",
    },
)
