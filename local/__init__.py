"""The embedded cloud: what `make run` and the end-to-end tests deploy the real templates into.

Nothing here is deployed, and nothing in layers/ or functions/ knows of it.
"""
