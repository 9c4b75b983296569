"""What must never be in a log line, taken out of it: credentials, secrets, card numbers.

The last line of defence, not the first: code does not log whole events, bodies or headers to begin with.
"""

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"
MAX_TEXT = 20_000
"""Characters of one text; what is longer is cut, so that no text, whoever wrote it, is slow to read."""

_SECRET_NAME = re.compile(
    r"(?:pass(?:word|wd|phrase|code)|secret|token|authorization|cookie|credential|api[_-]?key|private[_-]?key"
    r"|signature|card[_-]?number|\bpan\b|\bcvv2?\b|\bcvc2?\b|\botp\b|\bpin\b)",
    re.IGNORECASE,
)
_HARMLESS_NAME = re.compile(
    r"idempotency|(?:next_)?cursor|token_(?:type|use)|(?:max_|_)tokens$", re.IGNORECASE
)

# One pass; the groups are what stays in front of what is taken out. Repetitions before a literal are bounded,
# or a hostile text would be read in quadratic time.
_SECRET_TEXT = re.compile(
    r"(?P<kept>\b(?:bearer|basic|digest)\s+)[A-Za-z0-9._~+/=-]{6,}"
    r"|\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)*"  # a JWS, JWE or what is left of one
    r"|\bolk_[A-Za-z0-9_-]{8,}"
    r"|(?P<cookie>\bcookie[\"']?\s*:\s*)[^\r\n\"']+"
    r"|(?P<name>\b(?:authorization|x-api-key|x-origin-secret|[\w-]{0,40}(?:password|passwd|secret|token|api_?key))"
    r"[\"']?\s*[:=]\s*)"
    r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?:(?:bearer|basic|digest)\s+)?[^\s,;&}\]]+)",
    re.IGNORECASE,
)
# A UUID may be all digits in part, and is what log lines are full of: it is matched first, to be kept.
_DIGITS = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?<!\d)\d(?:[ .-]?\d){12,}",
    re.IGNORECASE,
)
_FEWEST, _MOST = 13, 19  # digits of a card number: ISO/IEC 7812


def redact(value: Any) -> Any:
    """A copy of `value`, as JSON would hold it, without secrets: by members' names, and inside texts."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {
            name: REDACTED if _is_secret(name, member) else redact(member) for name, member in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item) for item in value]
    if isinstance(value, int):
        # An instant in milliseconds, which is no card, begins with 1 until the year 2033.
        return REDACTED if str(value)[0] in "23456" and _luhn(str(value)) else value
    if isinstance(value, float) or value is None:
        return value
    return redact_text(str(value))  # as the JSON serializer would write it, unredacted


def redact_text(text: str) -> str:
    """`text`, of at most `MAX_TEXT` characters, with credentials and card numbers replaced by `REDACTED`."""
    cut = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
    return _DIGITS.sub(_redact_digits, _SECRET_TEXT.sub(_redact_secret, cut))


def _is_secret(name: Any, member: Any) -> bool:
    if not isinstance(name, str) or isinstance(member, (bool, type(None))):
        return False
    return bool(_SECRET_NAME.search(name)) and not _HARMLESS_NAME.search(name)


def _redact_secret(match: re.Match[str]) -> str:
    return (match["kept"] or match["cookie"] or match["name"] or "") + REDACTED


def _redact_digits(match: re.Match[str]) -> str:
    """Replace card numbers in a run of digits, which other numbers (an expiry, a code) may touch."""
    run = match[0]
    if match["uuid"]:
        return run
    groups = [(group.start(), group.end()) for group in re.finditer(r"\d+", run)]
    kept, position, first = [], 0, 0
    while first < len(groups):
        for last in reversed(range(first, min(first + _MOST, len(groups)))):
            start, end = groups[first][0], groups[last][1]
            if _luhn(re.sub(r"\D", "", run[start:end])):
                kept.append(run[position:start])
                position, first = end, last
                break
        first += 1
    return REDACTED.join([*kept, run[position:]])


def _luhn(digits: str) -> bool:
    """Whether this may be a card number: 13 to 19 digits with Luhn's check digit (ISO/IEC 7812-1)."""
    if not _FEWEST <= len(digits) <= _MOST:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0
