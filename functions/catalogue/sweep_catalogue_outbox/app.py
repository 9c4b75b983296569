"""Every minute: sends what is still in the catalogue's outbox."""

from omnilife.core.outbox import outbox_sweeper

handler = outbox_sweeper("catalogue")
