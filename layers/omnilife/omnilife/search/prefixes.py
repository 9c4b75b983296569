"""Words by their beginnings: how suggestions find what is only half typed.

The index holds each word's beginnings (`l`, `la`, `lam`, `lamp`), so that what is typed is looked up as it
is, which costs no more than any other word. What is typed is not stemmed: half a word has no ending.
"""

from collections.abc import Mapping
from typing import Any

PREFIXES = "word_prefixes"
TYPED = "typed_words"
LONGEST = 15

FILTERS: Mapping[str, Any] = {
    "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": LONGEST},
    # What is typed beyond the longest beginning that is indexed is left out, or nothing would match.
    "first_letters": {"type": "truncate", "length": LONGEST},
}
ANALYZERS: Mapping[str, Any] = {
    PREFIXES: {
        "type": "custom",
        "tokenizer": "standard",
        "filter": ["lowercase", "asciifolding", "beginnings"],
    },
    TYPED: {
        "type": "custom",
        "tokenizer": "standard",
        "filter": ["lowercase", "asciifolding", "first_letters"],
    },
}
FIELD: Mapping[str, Any] = {
    "type": "text",
    "analyzer": PREFIXES,
    "search_analyzer": TYPED,
    "index_options": "docs",  # how often a beginning occurs in a name says nothing
    "norms": False,  # a long name is as good as a short one
}
