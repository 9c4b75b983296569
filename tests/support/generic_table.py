"""The shape that every table of this project has (see `omnilife.core.table`), for tests of core alone."""

from typing import Any

_KEYS = [("pk", "sk"), *((f"i{n}pk", f"i{n}sk") for n in range(1, 5))]


def _schema(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]


def generic_table_properties() -> dict[str, Any]:
    """What `CreateTable` takes, but for the name."""
    return {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _schema(*_KEYS[0]),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for pair in _KEYS for name in pair
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": f"index{number}",
                "KeySchema": _schema(*pair),
                "Projection": {"ProjectionType": "ALL"},
            }
            for number, pair in enumerate(_KEYS[1:], start=1)
        ],
    }
