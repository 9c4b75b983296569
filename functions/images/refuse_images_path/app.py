"""$default: every path under this API that no route has."""

from omnilife.core.http import fallback

handler = fallback()
