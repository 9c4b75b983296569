"""Every minute: sends what is still in the images' outbox."""

from omnilife.core.outbox import outbox_sweeper

handler = outbox_sweeper("images")
