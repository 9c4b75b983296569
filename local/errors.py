"""The one way in which anything in local/ gives up: a sentence that says what to do."""


class LocalError(Exception):
    """What went wrong and what helps, in one sentence; the command line prints it without a trace."""
