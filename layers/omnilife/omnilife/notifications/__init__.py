"""What people are told, when, and on which channels."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.notifications.answers import Answers as Answers
    from omnilife.notifications.answers import left as left
    from omnilife.notifications.create import AcceptedNotification as AcceptedNotification
    from omnilife.notifications.create import Creating as Creating
    from omnilife.notifications.create import NewNotification as NewNotification
    from omnilife.notifications.create import When as When
    from omnilife.notifications.create import create_notification as create_notification
    from omnilife.notifications.deliver import deliver_orders as deliver_orders
    from omnilife.notifications.devices import NewDevice as NewDevice
    from omnilife.notifications.devices import RegisteredDevice as RegisteredDevice
    from omnilife.notifications.devices import forget_device as forget_device
    from omnilife.notifications.devices import register_device as register_device
    from omnilife.notifications.edit_templates import Preview as Preview
    from omnilife.notifications.edit_templates import Previewed as Previewed
    from omnilife.notifications.edit_templates import TemplateDetails as TemplateDetails
    from omnilife.notifications.edit_templates import TemplateList as TemplateList
    from omnilife.notifications.edit_templates import find_template as find_template
    from omnilife.notifications.edit_templates import list_templates as list_templates
    from omnilife.notifications.edit_templates import preview_template as preview_template
    from omnilife.notifications.edit_templates import put_template as put_template
    from omnilife.notifications.fan_out import fan_out_portion as fan_out_portion
    from omnilife.notifications.ids import derived_id as derived_id
    from omnilife.notifications.inbox import InboxItem as InboxItem
    from omnilife.notifications.inbox import InboxPage as InboxPage
    from omnilife.notifications.inbox import Seen as Seen
    from omnilife.notifications.inbox import Unread as Unread
    from omnilife.notifications.inbox import change_seen as change_seen
    from omnilife.notifications.inbox import list_inbox as list_inbox
    from omnilife.notifications.inbox import read_all as read_all
    from omnilife.notifications.lists import RecipientLists as RecipientLists
    from omnilife.notifications.mail_post import MailPost as MailPost
    from omnilife.notifications.mail_post import deliver_mails as deliver_mails
    from omnilife.notifications.manage import NotificationDetails as NotificationDetails
    from omnilife.notifications.manage import Scheduled as Scheduled
    from omnilife.notifications.manage import cancel_notification as cancel_notification
    from omnilife.notifications.manage import find_notification as find_notification
    from omnilife.notifications.manage import move_notification as move_notification
    from omnilife.notifications.message_templates import Template as Template
    from omnilife.notifications.message_templates import TemplateChange as TemplateChange
    from omnilife.notifications.models import Category as Category
    from omnilife.notifications.models import DeliveryOrder as DeliveryOrder
    from omnilife.notifications.models import Notification as Notification
    from omnilife.notifications.open_lists import OpenedList as OpenedList
    from omnilife.notifications.open_lists import open_recipient_list as open_recipient_list
    from omnilife.notifications.orders import MailOrder as MailOrder
    from omnilife.notifications.posts import post_by_email as post_by_email
    from omnilife.notifications.posts import post_by_push as post_by_push
    from omnilife.notifications.posts import post_by_sms as post_by_sms
    from omnilife.notifications.preferences import Preferences as Preferences
    from omnilife.notifications.preferences import StoredPreferences as StoredPreferences
    from omnilife.notifications.problems import BadLink as BadLink
    from omnilife.notifications.problems import BadPhoneNumber as BadPhoneNumber
    from omnilife.notifications.problems import BadSendTime as BadSendTime
    from omnilife.notifications.problems import BadTemplate as BadTemplate
    from omnilife.notifications.problems import CannotMute as CannotMute
    from omnilife.notifications.problems import ExpiresTooSoon as ExpiresTooSoon
    from omnilife.notifications.problems import HeaderInjection as HeaderInjection
    from omnilife.notifications.problems import ListNotUploaded as ListNotUploaded
    from omnilife.notifications.problems import MissingVariables as MissingVariables
    from omnilife.notifications.problems import TemplateTooCostly as TemplateTooCostly
    from omnilife.notifications.problems import TooLate as TooLate
    from omnilife.notifications.problems import TooManyDevices as TooManyDevices
    from omnilife.notifications.problems import TooManyRecipients as TooManyRecipients
    from omnilife.notifications.problems import UnknownTemplate as UnknownTemplate
    from omnilife.notifications.problems import UnknownZone as UnknownZone
    from omnilife.notifications.problems import UnsafeLink as UnsafeLink
    from omnilife.notifications.queues import Portion as Portion
    from omnilife.notifications.queues import queues_to_dispatch as queues_to_dispatch
    from omnilife.notifications.queues import queues_to_sweep as queues_to_sweep
    from omnilife.notifications.redrive import DeadLetters as DeadLetters
    from omnilife.notifications.redrive import RedriveOrder as RedriveOrder
    from omnilife.notifications.route import Router as Router
    from omnilife.notifications.route import fire as fire
    from omnilife.notifications.route import route_by_id as route_by_id
    from omnilife.notifications.send import DirectMessage as DirectMessage
    from omnilife.notifications.send import send_now as send_now
    from omnilife.notifications.shop_events import Telling as Telling
    from omnilife.notifications.shop_events import tell_of as tell_of
    from omnilife.notifications.store_deliveries import DeliveryStore as DeliveryStore
    from omnilife.notifications.store_notes import NoteStore as NoteStore
    from omnilife.notifications.store_people import personal_holdings as personal_holdings
    from omnilife.notifications.store_recipients import RecipientStore as RecipientStore
    from omnilife.notifications.store_templates import TemplateStore as TemplateStore
    from omnilife.notifications.timers import Timers as Timers
    from omnilife.notifications.timers import arm_due as arm_due
    from omnilife.notifications.timers import dispatch as dispatch
    from omnilife.notifications.timers import sweep as sweep
    from omnilife.notifications.twilio_webhook import Heard as Heard
    from omnilife.notifications.twilio_webhook import TwilioWebhook as TwilioWebhook

__getattr__ = exports(
    __name__,
    {
        "Answers": "answers",
        "left": "answers",
        "NewDevice": "devices",
        "RegisteredDevice": "devices",
        "forget_device": "devices",
        "register_device": "devices",
        "BadLink": "problems",
        "TooManyDevices": "problems",
        "Heard": "twilio_webhook",
        "TwilioWebhook": "twilio_webhook",
        "open_recipient_list": "open_lists",
        "OpenedList": "open_lists",
        "RedriveOrder": "redrive",
        "DeadLetters": "redrive",
        "AcceptedNotification": "create",
        "BadPhoneNumber": "problems",
        "BadSendTime": "problems",
        "BadTemplate": "problems",
        "CannotMute": "problems",
        "Category": "models",
        "Creating": "create",
        "DeliveryOrder": "models",
        "DeliveryStore": "store_deliveries",
        "DirectMessage": "send",
        "ExpiresTooSoon": "problems",
        "send_now": "send",
        "HeaderInjection": "problems",
        "InboxItem": "inbox",
        "InboxPage": "inbox",
        "ListNotUploaded": "problems",
        "MailOrder": "orders",
        "MailPost": "mail_post",
        "MissingVariables": "problems",
        "NewNotification": "create",
        "NoteStore": "store_notes",
        "Notification": "models",
        "NotificationDetails": "manage",
        "Portion": "queues",
        "Preferences": "preferences",
        "Preview": "edit_templates",
        "Previewed": "edit_templates",
        "queues_to_dispatch": "queues",
        "queues_to_sweep": "queues",
        "RecipientLists": "lists",
        "RecipientStore": "store_recipients",
        "Router": "route",
        "Scheduled": "manage",
        "Seen": "inbox",
        "StoredPreferences": "preferences",
        "Template": "message_templates",
        "TemplateChange": "message_templates",
        "TemplateDetails": "edit_templates",
        "TemplateList": "edit_templates",
        "TemplateStore": "store_templates",
        "TemplateTooCostly": "problems",
        "Telling": "shop_events",
        "tell_of": "shop_events",
        "Timers": "timers",
        "TooLate": "problems",
        "TooManyRecipients": "problems",
        "UnknownTemplate": "problems",
        "UnknownZone": "problems",
        "Unread": "inbox",
        "UnsafeLink": "problems",
        "When": "create",
        "arm_due": "timers",
        "cancel_notification": "manage",
        "change_seen": "inbox",
        "create_notification": "create",
        "deliver_mails": "mail_post",
        "deliver_orders": "deliver",
        "derived_id": "ids",
        "dispatch": "timers",
        "fan_out_portion": "fan_out",
        "find_notification": "manage",
        "find_template": "edit_templates",
        "fire": "route",
        "list_inbox": "inbox",
        "list_templates": "edit_templates",
        "move_notification": "manage",
        "personal_holdings": "store_people",
        "post_by_email": "posts",
        "post_by_push": "posts",
        "post_by_sms": "posts",
        "preview_template": "edit_templates",
        "put_template": "edit_templates",
        "read_all": "inbox",
        "route_by_id": "route",
        "sweep": "timers",
    },
)
