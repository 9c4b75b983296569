"""Time that passes only when somebody waits."""


class VirtualTime:
    """Stands in for `time.monotonic` and `time.sleep`."""

    def __init__(self) -> None:
        self.elapsed = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds
