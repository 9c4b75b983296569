"""Stream reader: sends the images' events from their outbox to the event bus."""

from omnilife.core.outbox import stream_publisher

handler = stream_publisher("images")
