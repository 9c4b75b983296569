"""Everything of security's in DynamoDB. No other module knows a key or an index.

| entity         | pk                | sk                  | index 1              | expires                    |
| login_attempts | LOGIN#<account>   | ACCOUNT             |                      | a day after it matters     |
| login_attempts | LOGIN#<account>   | ADDRESS#<network>   |                      | ″                          |
| login_attempts | LOGIN#<account>   | DEVICE#<nonce>      | USER#<id>, <time>    | with the device's cookie   |
| login_attempts | NETWORK#<network> | ADDRESS             |                      | a day after it matters     |
| ip_blacklist   | BLACKLIST         | ENTRY#<id>          |                      | a month after its end      |
| ″              | BLACKLIST         | GENERATION          |                      |                            |
| security_events | SECURITY#<shard> | <time>#<event>      | ABOUT#<user>; 2: FROM#<address>; 3: NAMED#<name>#<shard>; all <time>#<event> | after a year |
| audit          | AUDIT#<chain>     | SEQ#<number>, HEAD  | AUDITED#<chain>, <time>#<event> | never           |
| user_risk_profiles | RISK#<user>   | DAY#<date>          |                      | after 120 days             |
| seen           | SEEN#<consumer>#<event> | SEEN          | see core.consumer    |                            |
| idempotency    | see core.idempotency |                  |                      |                            |
| outbox         | <pk of its cause> | EVENT#<event id>    | index 4: core.outbox |                            |

An account is called by `Devices.account_key`, a keyed hash of its address; a network is an IPv4 address or
the /64 of an IPv6 one.
"""  # noqa: E501 (a table)
