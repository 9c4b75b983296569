"""Events' data as rows hold it: bounded, and without floats, which DynamoDB has no type for."""

from typing import Any

MAX_CHARS = 500
MAX_MEMBERS = 50


def plain(value: Any) -> Any:
    """A copy with its floats as text, long texts cut, and of long lists and objects the first members."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, str):
        return value[:MAX_CHARS]
    if isinstance(value, list):
        return [plain(each) for each in value[:MAX_MEMBERS]]
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in list(value.items())[:MAX_MEMBERS]}
    return value
