"""What the cold starts are measured against: the least that an honest handler of this kind can be.

Powertools' resolver, boto3's DynamoDB client and pydantic; one read, one model, one answer. It has no auth,
no rate limit, no problem+json, no metrics and no log.
"""

import os
from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import BaseModel

app = APIGatewayHttpResolver()
dynamodb = boto3.client("dynamodb")


class Product(BaseModel):
    """Just enough of one to be validated and serialised."""

    product_id: str
    name: str
    price: int


@app.get("/api/marketplace/products/<product_id>")
def get_product(product_id: str) -> dict[str, Any]:
    """Read one item and answer it."""
    key = {"pk": {"S": f"PRODUCT#{product_id}"}, "sk": {"S": "PRODUCT"}}
    dynamodb.get_item(TableName=os.environ["CATALOGUE_TABLE"], Key=key)
    return Product(product_id=product_id, name="Lamp", price=1999).model_dump(mode="json")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return app.resolve(event, context)
