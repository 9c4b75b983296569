"""Every minute: sends what is still in checkout's outbox."""

from omnilife.core.outbox import outbox_sweeper

handler = outbox_sweeper("checkout")
