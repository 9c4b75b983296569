"""Files that are made from the code and committed: the API's document, the events, the table of attacks.

python -m local.generate            writes them
python -m local.generate --check    only says which are stale
"""
