"""Text that people write: one spelling for what looks the same, and nothing invisible that does harm.

Markup is left as it is: `<script>` in a name is a name. Who shows text escapes it. A card number is refused
(`core.cards`) wherever people write freely; SKUs and names of attributes are not such places.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from omnilife.core.cards import free_of_cards

# Unicode's Cc, Cs, Zl and Zp. Cf stays: it joins emoji and marks right-to-left text.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
CONTROL_BUT_LF_AND_TAB = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def clean_line(text: object) -> object:
    """`text` in Unicode's NFC without surrounding white space. What is no text is left to pydantic's refusal.

    Raises:
        PydanticCustomError: it holds a control character, a line break or half a surrogate pair.
    """
    return _clean(text, CONTROL) if isinstance(text, str) else text


def clean_text(text: object) -> object:
    """As `clean_line`, for text of several lines: line feeds and tabs stay, CR LF becomes LF."""
    return _clean(text.replace("\r\n", "\n"), CONTROL_BUT_LF_AND_TAB) if isinstance(text, str) else text


def free_line(text: object) -> object:
    """As `clean_line`, and without a card number."""
    return free_of_cards(clean_line(text))


def free_text(text: object) -> object:
    """As `clean_text`, and without a card number."""
    return free_of_cards(clean_text(text))


def _clean(text: str, refused: re.Pattern[str]) -> str:
    text = text.strip()
    if found := refused.search(text):
        code = f"{ord(found[0]):04X}"
        raise PydanticCustomError(
            "control_character", "the character U+{code} is not allowed", {"code": code}
        )
    return unicodedata.normalize("NFC", text)


def _without_slash(text: str) -> str:
    if "/" in text:
        raise PydanticCustomError("slash", "a category's name holds no '/': give the path as a list of names")
    return text


Name = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=200), BeforeValidator(free_line)
]
Brand = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=80), BeforeValidator(free_line)
]
CategoryName = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=64),
    BeforeValidator(free_line),
    AfterValidator(_without_slash),
]
AttributeName = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64), BeforeValidator(free_line)
]
AttributeValue = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=256), BeforeValidator(free_line)
]
AltText = Annotated[str, StringConstraints(strict=True, max_length=250), BeforeValidator(free_line)]
Description = Annotated[str, StringConstraints(strict=True, max_length=5000), BeforeValidator(free_text)]
Note = Annotated[str, StringConstraints(strict=True, max_length=500), BeforeValidator(free_text)]
