"""How a mend gives up."""


class MendError(RuntimeError):
    """MiniStack's code is not the one that this mend was written for."""

    def __init__(self, mend: str, why: str) -> None:
        super().__init__(f"MiniStack changed: the mend «{mend}» no longer fits ({why}).")
