"""One spelling for measures: `3/4"`, `3/4-inch` and `.75 in` are one word, and so are `12v` and `12 Volts`.

The table is used on both sides: its patterns are character filters of the index's analysis, and `normalised`
does the same to a query. They are written in what Java's and Python's regular expressions have in common.
"""

import re
from functools import cache

_GAP = r"(?<=[0-9])[ -]{0,3}"
_END = r"\.?(?![A-Za-z0-9_])"

UNITS: dict[str, str] = {
    # `in` is also a word: `5 in 1` is not five inches.
    "in": rf"{_GAP}(?:inch(?:es)?\b\.?|in(?:s?\.|(?![A-Za-z0-9_])(?![ -]{{0,2}}1\b))|[\"\u201d\u2033]|'')",
    "ft": rf"{_GAP}(?:(?:feet|foot|ft){_END}|['\u2019\u2032](?![A-Za-z0-9_]))",
    "yd": rf"{_GAP}(?:yards?|yds?){_END}",
    "mm": rf"{_GAP}(?:millimet(?:er|re)s?|mms?){_END}",
    "cm": rf"{_GAP}(?:centimet(?:er|re)s?|cms?){_END}",
    "m": rf"{_GAP}(?:met(?:er|re)s?|m){_END}",
    "gal": rf"{_GAP}(?:gallons?|gals?){_END}",
    "qt": rf"{_GAP}(?:quarts?|qts?){_END}",
    "pt": rf"{_GAP}(?:pints?|pts?){_END}",
    "ml": rf"{_GAP}(?:millilit(?:er|re)s?|mls?){_END}",
    "l": rf"{_GAP}(?:lit(?:er|re)s?|ltrs?|l){_END}",
    "oz": rf"{_GAP}(?:fl(?:uid|\.)? )?(?:ounces?|oz){_END}",
    "lb": rf"{_GAP}(?:pounds?|lbs?){_END}",
    "kg": rf"{_GAP}(?:kilogram(?:me)?s?|kilos?|kgs?){_END}",
    "g": rf"{_GAP}(?:gram(?:me)?s?|gr?){_END}",
    "v": rf"{_GAP}(?:volts?|v(?:ac|dc)?){_END}",
    "w": rf"{_GAP}(?:watts?|w){_END}",
    "amp": rf"{_GAP}(?:amp(?:ere)?s?|a){_END}",
    "hp": rf"{_GAP}(?:horse ?power|hp|h\.p){_END}",
    "btu": rf"{_GAP}btu'?s?{_END}",
    "gb": rf"{_GAP}(?:gigabytes?|gbs?){_END}",
    "tb": rf"{_GAP}(?:terabytes?|tbs?){_END}",
    "mah": rf"{_GAP}mah{_END}",
    "pc": rf"{_GAP}(?:pieces?|pcs?){_END}",
    "pk": rf"{_GAP}(?:packs?|pks?){_END}",
    "ct": rf"{_GAP}(?:counts?|cts?){_END}",
    "ga": rf"{_GAP}(?:gauges?|ga){_END}",
    "deg": rf"{_GAP}(?:degrees?|deg|\u00b0)(?![A-Za-z0-9_])",
}
"""The spelling that stands in the index → how people write the unit, behind a number."""

FRACTIONS: dict[str, str] = {
    "½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3",
    "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip

NUMBERS: tuple[tuple[str, str], ...] = (
    (r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", ""),  # 5,000
    (r"(?<=[0-9])[ -](?=[0-9]{1,2}/[0-9])", "_"),  # 1-1/2: `_` holds a number together, `-` and `/` part it
    (r"(?<=[0-9])/(?=[0-9])", "_"),
)
"""What is done to numbers, in this order, before their units."""

_LENGTH = r"(?:in|ft|mm|cm|m)?"
SIDES: tuple[str, str] = (rf"(?i)(?<=[0-9]){_LENGTH} ?[x\u00d7] ?(?=[0-9])", "x")
"""`2in x 4in x 8ft` as one word, `2x4x8ft`; for the index's joined words alone."""

_FRACTION = re.compile("([0-9]?)([" + "".join(FRACTIONS) + "])")
_DIGIT = re.compile("[0-9]")
_LAST_SIDE = rf"(?i)\b([0-9][0-9_.]*(?:x[0-9][0-9_.]*)+){_LENGTH}\b"


def normalised(text: str) -> str:
    """The text as the index holds it, as far as measures go; sides (`2 x 4 in`) as one word."""
    text = _FRACTION.sub(lambda found: f"{found[1]}{'-' if found[1] else ''}{FRACTIONS[found[2]]}", text)
    if _DIGIT.search(text):  # without a number there is no measure
        for pattern, by in _patterns():
            text = pattern.sub(by, text)
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """In their order. Compiled when first needed: that takes several milliseconds, and few queries do."""
    units = ((f"(?i){pattern}", unit) for unit, pattern in UNITS.items())
    return [(re.compile(pattern), by) for pattern, by in (*NUMBERS, *units, SIDES, (_LAST_SIDE, r"\1"))]


def char_filters() -> dict[str, dict[str, str | list[str]]]:
    """The same as character filters of the engine, in the order in which they must stand.

    `sides` comes last, and is not for every analyzer.
    """
    filters: dict[str, dict[str, str | list[str]]] = {
        "fractions": {"type": "mapping", "mappings": [f"{one} => -{two}" for one, two in FRACTIONS.items()]}
    }
    for number, (pattern, by) in enumerate(NUMBERS):
        filters[f"number_{number}"] = {"type": "pattern_replace", "pattern": pattern, "replacement": by}
    for unit, pattern in UNITS.items():
        filters[f"unit_{unit}"] = {
            "type": "pattern_replace",
            "pattern": pattern,
            "flags": "CASE_INSENSITIVE",
            "replacement": unit,
        }
    filters["sides"] = {"type": "pattern_replace", "pattern": SIDES[0], "replacement": SIDES[1]}
    return filters
