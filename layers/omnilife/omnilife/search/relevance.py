"""All numbers of the ranking, each with its reason and what it is worth.

`docs/search.md` explains the query that they are part of; `benchmarks/search_quality.py --ablate` measures
what each of them adds, and docs/benchmarks.md has the tables. What is said to be worth something here is
NDCG@10 on made-up titles with made-up queries of 1,500 kinds (S), or on real titles of which some words
were kept, mistyped, joined or put in the plural (K). Whoever changes a number measures again,
on more than one set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """One ranking. The index's part is in force for an index that is built with it."""

    # ------------------------------------------------------------ of the index

    stemmer: str = "light_english"
    """Endings: K 0.911, against 0.907 with `english`, which makes one word of too many; S the same."""

    title_k1: float = 1.2
    title_b: float = 0.4
    """A title that says more is longer for a reason: length counts less than in prose (0.75). From 0.2 to 0.6
    neither S nor K moves by more than 0.003."""

    text_k1: float = 1.2
    text_b: float = 0.6
    """Descriptions are prose, and a long one has every word somewhere."""

    # ------------------------------------------------------------ which field a word stands in

    name: float = 4.0
    brand: float = 2.0
    category: float = 2.0
    attributes: float = 1.5
    description: float = 0.8
    """What merchants put first is what the product is. The best field of a word counts, and a tenth of the
    others: a word that is repeated everywhere is no better match."""
    elsewhere: float = 0.1

    # ------------------------------------------------------------ how a word may be written

    joined: float = 1.0
    """`backpack`, `back pack`, `back-pack`: as good as the word itself. Demo 0.037, S 0.042."""
    neighbours: float = 0.6
    """Two words of the query as one: a little below, since it may be chance."""
    model: float = 1.0
    """The beginning of a model number: `dcd771` finds `DCD771C2`. No set here measures it."""
    fuzzy: float = 0.3
    """A misspelt word lifts what it resembles, and finds nothing by itself (`relaxing` does): `shirt` must
    not find shorts. With `nearly_all_words` S 0.010."""
    prefix: float = 0.3
    """The last word may not be finished yet: it lifts as a prefix, and finds nothing by itself."""

    # ------------------------------------------------------------ how the words stand together

    all_words: float = 6.0
    """For each word, where all of them are there: before rare words that are there alone.
    S 0.018, demo 0.002."""
    nearly_all_words: float = 2.0
    """The same, where some of them are misspelt. S 0.003."""
    phrase: float = 1.0
    """The words beside each other, in order. S 0.025 while `all_words` was 2;
    now S loses 0.003 by it, and the demo queries nothing: kept for exact names."""
    pairs: float = 0.2
    """Two by two beside each other, for longer queries that stand in no title as a whole."""
    thing: float = 0.1
    """The query's last noun is what a title's last noun is (see `titles`): `lamp shade` is a shade. More than
    this outweighs colours and sizes. With the same in categories S 0.009; the demo queries
    lose 0.001."""

    # ------------------------------------------------------------ beyond words

    sku: float = 1000.0
    """An SKU is typed by who knows what it is. Above all words, below pins."""
    rating: float = 0.01
    popularity: float = 0.02
    in_stock: float = 0.05
    """A share of the score: for a star, for a power of ten of popularity, for what can be bought now."""
    most_for_signals: float = 1.15
    """What is liked may pass what matches nearly as well, never what matches much better: 15 % at most."""

    # ------------------------------------------------------------ how many words must be there

    enough_of_words: str = "2<-1 3<50%"
    """One or two words must all be there, two of three, half of four and more: one word that no product has
    must not hide the others. Those with all words come first by far."""
    other_things: bool = True
    """What is the thing that the query names, while other words are missing, is found too, behind the rest:
    who looks for a brass lamp sees the other lamps at the end. Demo 0.022; recall@100 from 0.84
    to 0.93."""
    enough_when_sorted: str = "2<75%"
    """In other orders what matches weakly would stand on top: three in four must be there."""


RELEVANCE = Relevance()


def _without(**numbers: float) -> Relevance:
    return replace(RELEVANCE, **numbers)  # type: ignore[arg-type]


FEATURES: Mapping[str, Relevance] = {
    "joined and split words": _without(joined=0.0, neighbours=0.0, pairs=0.0),
    "model numbers' beginnings": _without(model=0.0),
    "misspelt words lifting": _without(fuzzy=0.0, nearly_all_words=0.0),
    "last word as a prefix": _without(prefix=0.0),
    "all words": _without(all_words=0.0, nearly_all_words=0.0),
    "phrase": _without(phrase=0.0),
    "pairs of words": _without(pairs=0.0),
    "the thing itself": _without(thing=0.0),
    "brand": _without(brand=0.0),
    "category": _without(category=0.0),
    "attributes": _without(attributes=0.0),
    "description": _without(description=0.0),
    "rating, popularity, stock": _without(rating=0.0, popularity=0.0, in_stock=0.0),
    "weak matches": replace(RELEVANCE, enough_of_words=RELEVANCE.enough_when_sorted),
}
"""What `--ablate` leaves out, one at a time."""
