"""The product index: its fields, its text analysis, and the name of its first generation.

Searches and writes go through the alias `products`; behind it stands one concrete index, a generation. The
mapping is strict: a field that it does not name is an error of ours, never a column that grows by itself.

Text is kept in several forms, since shoppers do not write as merchants do:

| analyzer | of `2-Volt Back-Packs`      | for                                                            |
|----------|-----------------------------|----------------------------------------------------------------|
| TEXT     | `2v`, `2`, `back`, `pack`   | words in any ending; a measure is also found by its number     |
| ASKED    | `2v`, `back`, `pack`        | the same for what is asked: who says 2 volts means volts       |
| WORDS    | `2v`, `back`, `packs`       | words as written: to compare letters with, and to correct from |
| JOINED   | the same and `backpack`     | compounds, written apart, with a hyphen or as one word         |
"""

from typing import Any

from omnilife.search import prefixes
from omnilife.search.relevance import RELEVANCE
from omnilife.search.units import char_filters

FIRST_GENERATION = "00000000000000"
"""Stands where later generations have their UTC time (`products-20261124203000`).

Fixed, so that consumers which find no index at the same moment create the same one, not one each.
"""

TEXT = "catalogue_text"
ASKED = "asked_text"
WORDS = "catalogue_words"
JOINED = "joined_words"
ASKED_JOINED = "asked_joined_words"
PAIRS = "asked_pairs"
CODE = "catalogue_code"

_CHARS = char_filters()
_MEASURES = [name for name in _CHARS if name != "sides"]
_FOLDED = ["possessive", "lowercase", "asciifolding"]


def _analyzer(chars: list[str], filters: list[str]) -> dict[str, Any]:
    return {"type": "custom", "char_filter": chars, "tokenizer": "standard", "filter": filters}


SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,  # facet counts are exact on one; it holds some ten million products
    "auto_expand_replicas": "0-1",  # a copy wherever there is a second node to hold it
    "similarity": {
        "titles": {"type": "BM25", "k1": RELEVANCE.title_k1, "b": RELEVANCE.title_b},
        "texts": {"type": "BM25", "k1": RELEVANCE.text_k1, "b": RELEVANCE.text_b},
    },
    "analysis": {
        "char_filter": _CHARS,
        "filter": {
            "possessive": {"type": "stemmer", "language": "possessive_english"},
            "stem": {"type": "stemmer", "language": RELEVANCE.stemmer},
            "number_of_measure": {
                "type": "pattern_capture",
                "preserve_original": True,
                "patterns": ["^([0-9][0-9_.]*)[a-z]+$"],
            },
            "sides_of_measure": {
                "type": "pattern_capture",
                "preserve_original": False,
                "patterns": ["^(([0-9][0-9_.]*x[0-9][0-9_.]*)(?:x[0-9][0-9_.]*)*)[a-z]*$"],
            },
            "pairs": {
                "type": "shingle",
                "min_shingle_size": 2,
                "max_shingle_size": 2,
                "token_separator": "",
                "filler_token": "",
            },
            "pairs_alone": {
                "type": "shingle",
                "min_shingle_size": 2,
                "max_shingle_size": 2,
                "token_separator": "",
                "filler_token": "",
                "output_unigrams": False,
            },
            "once": {"type": "remove_duplicates"},
            **prefixes.FILTERS,
        },
        "analyzer": {
            TEXT: _analyzer(_MEASURES, [*_FOLDED, "number_of_measure", "stem"]),
            ASKED: _analyzer(_MEASURES, [*_FOLDED, "stem"]),
            WORDS: _analyzer(_MEASURES, _FOLDED),
            JOINED: _analyzer([*_MEASURES, "sides"], [*_FOLDED, "sides_of_measure", "pairs", "stem", "once"]),
            ASKED_JOINED: _analyzer([*_MEASURES, "sides"], [*_FOLDED, "stem"]),
            PAIRS: _analyzer([*_MEASURES, "sides"], [*_FOLDED, "pairs_alone", "stem"]),
            **prefixes.ANALYZERS,
        },
        "normalizer": {CODE: {"type": "custom", "filter": ["lowercase"]}},
    },
}

_KEYWORD = {"type": "keyword"}
_TITLE = {"type": "text", "analyzer": TEXT, "search_analyzer": ASKED, "similarity": "titles"}
_TEXT = {"type": "text", "analyzer": TEXT, "search_analyzer": ASKED, "similarity": "texts"}
_WORDS = {"type": "text", "analyzer": WORDS, "similarity": "titles"}
_JOINED = {"type": "text", "analyzer": JOINED, "search_analyzer": ASKED_JOINED, "similarity": "titles"}
# Where each word stands, so that highlighting need not analyse the text anew: half of a search's time.
_HIGHLIT = {"index_options": "offsets"}

# Money is `long` minor units: on `scaled_float` paging by `search_after` loses documents.
PROPERTIES: dict[str, Any] = {
    "product_id": _KEYWORD,
    "key": {"type": "long"},
    "status": _KEYWORD,
    "merchant_id": _KEYWORD,
    "sku": {"type": "keyword", "normalizer": CODE},
    "name": _TITLE
    | _HIGHLIT
    | {"fields": {"joined": _JOINED, "prefixes": dict(prefixes.FIELD)}, "copy_to": ["words"]},
    "thing": _TITLE,  # the last words of the name, without what it is for or comes with, see `titles`
    "description": _TEXT | _HIGHLIT,
    "brand": {"type": "keyword", "copy_to": ["words"], "fields": {"text": _TITLE}},
    "category": _KEYWORD,  # the path of the category and of each that it lies in: `home`, `home/lamps`
    "category_text": _TITLE | {"copy_to": ["words"]},
    "words": _WORDS,  # name, brand, category and attributes as written: to correct from
    "price": {"type": "long"},
    "rating": {"type": "double"},
    "popularity": {"type": "double"},
    "in_stock": {"type": "boolean"},
    "created_at": {"type": "date"},
    "attributes": _KEYWORD,  # `colour=red`, see `attributes.pair`
    "attributes_text": _TITLE | {"copy_to": ["words"]},
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
