"""Files that are made from the code and committed: the OpenAPI document and the list of events.

python -m local.generate            writes them
python -m local.generate --check    only says which are stale
"""
