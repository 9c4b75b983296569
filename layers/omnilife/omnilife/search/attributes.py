"""Attributes as single keywords: `colour=red`.

One field holds all names, so that merchants may invent them without the mapping growing. A name may hold
anything, `=` included; it is escaped, so that the first `=` always ends it and no two pairs look alike.
"""

import re

_SPECIAL = re.compile(r"[^A-Za-z0-9]")


def pair(name: str, value: str) -> str:
    """The keyword for one value of one attribute."""
    return f"{_escaped(name)}={value}"


def split(keyword: str) -> tuple[str, str]:
    """Name and value of a keyword that `pair` made."""
    name, _, value = keyword.partition("=")
    return name.replace("%3D", "=").replace("%25", "%"), value


def pattern(name: str) -> str:
    """A Lucene regular expression for all keywords of `name`, whatever characters the name is made of."""
    return _SPECIAL.sub(r"\\\g<0>", f"{_escaped(name)}=") + ".*"


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace("=", "%3D")
