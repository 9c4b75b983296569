"""What people are told, when, and on which channels."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.notifications.create import Accepted as Accepted
    from omnilife.notifications.create import Creating as Creating
    from omnilife.notifications.create import NewNotification as NewNotification
    from omnilife.notifications.create import create_notification as create_notification
    from omnilife.notifications.deliver import Post as Post
    from omnilife.notifications.deliver import deliver_orders as deliver_orders
    from omnilife.notifications.ids import derived_id as derived_id
    from omnilife.notifications.mail_post import MailPost as MailPost
    from omnilife.notifications.mail_post import deliver_mails as deliver_mails
    from omnilife.notifications.orders import MailOrder as MailOrder
    from omnilife.notifications.store_people import personal_holdings as personal_holdings

__getattr__ = exports(
    __name__,
    {
        "Accepted": "create",
        "Creating": "create",
        "MailOrder": "orders",
        "MailPost": "mail_post",
        "NewNotification": "create",
        "Post": "deliver",
        "create_notification": "create",
        "deliver_mails": "mail_post",
        "deliver_orders": "deliver",
        "derived_id": "ids",
        "personal_holdings": "store_people",
    },
)
