"""Everything of catalogue's in DynamoDB and S3. No other module knows a key or an index.

| entity         | pk                   | sk                   | index 1 (newest)                 | index 2 (price)              | index 3 (merchant)                |
| products       | PRODUCT#<id>         | PRODUCT              | LISTED#<shard>, <created_at>#<id> | LISTED#<shard>, <amount>#<id> | MERCHANT#<merchant>, <created_at>#<id> |
| sku            | SKU#<merchant>#<sku> | SKU                  |                                  |                              |                                   |
| stock          | STOCK#<id>           | STOCK                |                                  |                              |                                   |
| inventory_logs | STOCK#<id>           | LOG#<stock version>  |                                  |                              |                                   |
| categories     | CATEGORIES#<shard>   | <path>               |                                  |                              |                                   |
| imports        | IMPORT#<id>          | IMPORT, CHUNK#<n>    |                                  |                              |                                   |
| wishes         | WISHLIST#<user>      | WISH#<product>; WISHES (their count) |                  |                              |                                   |
| price_alerts   | ALERTS#<user>        | ALERT#<alert id>; ALERTS (their count) | WAITING#<product>#<kind>, <target>#<user> while armed | |                 |
| reviews        | REVIEW#<product>     | BY#<user>            | REVIEWS#<product>, <time>#<id>   | REVIEWER#<user>, <time>#<id> |                                   |
| purchases      | BOUGHT#<user>        | PRODUCT#<product>    | PURCHASES#<shard of user>, <user>#<product> |                   |                                   |
| neighbours     | NEAR#<product>       | NEAR                 |                                  |                              |                                   |
| popular        | POPULAR#<category or nothing> | POPULAR     |                                  |                              |                                   |
| outbox         | <pk of its cause>    | EVENT#<event id>     | index 4: see core.outbox         |                              |                                   |
| idempotency    | see core.idempotency |                      |                                  |                              |                                   |

Shards are 0..15 by the product's id. Indexes 1 and 2 hold active products only, index 3 all but deleted ones.
A category's count is the sum over its sixteen rows, of which single ones may be negative.
A product's rating stands on its item (rating, review_count, rating_sum, stars, rating_version) and is its reviews'
to change: edits leave it alone, and its changes leave the product's version alone.
A deleted product keeps its key with `status: deleted` and its version (see `Tombstone`), and its stock.
"""  # noqa: E501 (a table)
