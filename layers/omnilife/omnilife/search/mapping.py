"""The product index: its fields, its text analysis, and the name of its first generation.

Searches and writes go through the alias `products`; behind it stands one concrete index, a generation. The
mapping is strict: a field that it does not name is an error of ours, never a column that grows by itself.
"""

from typing import Any

from omnilife.search import prefixes

FIRST_GENERATION = "00000000000000"
"""Stands where later generations have their UTC time (`products-20261124203000`).

Fixed, so that consumers which find no index at the same moment create the same one, not one each.
"""

# Accents fold, possessives and endings fall away, and words that every text has do not count.
TEXT = "catalogue_text"
CODE = "catalogue_code"

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,  # facet counts are exact on one; it holds some ten million products
    "auto_expand_replicas": "0-1",  # a copy wherever there is a second node to hold it
    "analysis": {
        "filter": {
            "possessive": {"type": "stemmer", "language": "possessive_english"},
            "stop": {"type": "stop", "stopwords": "_english_"},
            "stem": {"type": "stemmer", "language": "english"},
            **prefixes.FILTERS,
        },
        "analyzer": {
            TEXT: {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["possessive", "lowercase", "stop", "stem", "asciifolding"],
            },
            **prefixes.ANALYZERS,
        },
        "normalizer": {CODE: {"type": "custom", "filter": ["lowercase"]}},
    },
}

_KEYWORD = {"type": "keyword"}
_TEXT = {"type": "text", "analyzer": TEXT}

# Money is `long` minor units: on `scaled_float` paging by `search_after` loses documents.
PROPERTIES: dict[str, Any] = {
    "product_id": _KEYWORD,
    "key": {"type": "long"},
    "status": _KEYWORD,
    "merchant_id": _KEYWORD,
    "sku": {"type": "keyword", "normalizer": CODE},
    "name": _TEXT | {"fields": {"prefixes": dict(prefixes.FIELD)}},
    "description": _TEXT,
    "brand": {"type": "keyword", "fields": {"text": _TEXT}},
    "category": _KEYWORD,  # the path of the category and of each that it lies in: `home`, `home/lamps`
    "category_text": _TEXT,
    "price": {"type": "long"},
    "rating": {"type": "double"},
    "popularity": {"type": "long"},
    "in_stock": {"type": "boolean"},
    "created_at": {"type": "date"},
    "attributes": _KEYWORD,  # `colour=red`, see `attributes.pair`
    "attributes_text": _TEXT,
    "product": {"type": "object", "enabled": False},  # what answers show: stored, not indexed
}

MAPPINGS: dict[str, Any] = {"dynamic": "strict", "properties": PROPERTIES}


def generation(alias: str, stamp: str = FIRST_GENERATION) -> str:
    """The concrete index of `alias` that was begun at `stamp` (UTC, yyyymmddhhmmss)."""
    return f"{alias}-{stamp}"


def write_name(generation: str) -> str:
    """The alias that one generation is written by.

    A write to an alias that is gone is refused; one to an index that is gone would create it, with fields
    that are guessed.
    """
    return f"{generation}-writes"


def index_body(alias: str) -> dict[str, Any]:
    """What creates the first generation, with `alias` leading to it."""
    aliases = {alias: {"is_write_index": True}, write_name(generation(alias)): {}}
    return {"settings": SETTINGS, "mappings": MAPPINGS, "aliases": aliases}


def building_body(generation: str) -> dict[str, Any]:
    """What creates a generation beside the one that serves; nothing searches it, so it need not refresh."""
    settings = SETTINGS | {"refresh_interval": "-1"}
    return {"settings": settings, "mappings": MAPPINGS, "aliases": {write_name(generation): {}}}
