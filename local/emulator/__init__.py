"""The embedded AWS: MiniStack, mended in process, and the one base URL in front of it.

`launch.py` runs in MiniStack's own environment, by its path; the rest is imported by it and by tests.
"""
