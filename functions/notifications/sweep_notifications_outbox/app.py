"""Every minute: sends what is still in notifications' outbox."""

from omnilife.core.outbox import outbox_sweeper

handler = outbox_sweeper("notifications")
