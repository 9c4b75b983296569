"""The table's stream, read as the event source mapping of a function reads it."""

import re
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from omnilife.catalogue import project_inventory_logs
from omnilife.core import aws
from tests.unit.catalogue.shop import Shop


def records(table: str) -> list[dict[str, Any]]:
    """Every record of the table's stream so far, as Lambda hands them over."""
    arn = aws.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    # moto knows the service by this address only, not by the account's own that botocore would take.
    client = get_session().create_client(
        "dynamodbstreams", config=Config(account_id_endpoint_mode="disabled")
    )
    (shard,) = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = client.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return list(client.get_records(ShardIterator=iterator)["Records"])


def is_stock(record: dict[str, Any]) -> bool:
    """What the template's filter lets through to `project_inventory_logs`."""
    keys = record["dynamodb"]["Keys"]
    return bool(re.match("STOCK#", keys["pk"]["S"])) and keys["sk"]["S"] == "STOCK"


def project(shop: Shop) -> list[str]:
    """Log all changes of stock; the sequence numbers of those that failed."""
    found = [record for record in records(shop.table.name) if is_stock(record)]
    return list(project_inventory_logs(shop.store, found))
