"""What an uploader may be told."""

from omnilife.core.errors import TooManyRequests


class QuotaExceeded(TooManyRequests):
    """The day's images or bytes are used up; `Retry-After` leads to the next day (UTC)."""

    slug = "image-quota-exceeded"
    title = "Image quota used up"
