"""A table's stream as a reader gets it, made from the rows that are there."""

from omnilife.core.attributes import item_to_wire


def stream_of(table, *, changed=None):
    """The table's rows as inserts, by their ids; those in `changed` as changes of what is given there."""
    changed = changed or {}
    rows = [
        item
        for page in table._client().get_paginator("scan").paginate(TableName=table.name)
        for item in page["Items"]
    ]
    records = []
    for row in sorted(rows, key=lambda row: row["pk"]["S"]):
        old = changed.get(row.get("notification_id", {}).get("S"))
        image = {"NewImage": row} | ({"OldImage": item_to_wire(old)} if old else {})
        records.append(
            {"eventName": "MODIFY" if old else "INSERT", "dynamodb": {**image, "SequenceNumber": "1"}}
        )
    return {"Records": records}
