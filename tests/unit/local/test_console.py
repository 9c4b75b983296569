"""What `make run` prints, on a terminal and off one."""

import io

from local.console import Console, bar, main_guard
from local.errors import LocalError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: io.StringIO, environ: dict[str, str]) -> str:
    ticks = iter(range(100))
    console = Console(stream, environ, monotonic=lambda: float(next(ticks)))
    with console.step("Load") as progress:
        progress(1, 2, "products")
        progress(2, 2, "products")
    return stream.getvalue()


def test_off_a_terminal_a_step_is_one_plain_line_with_its_time():
    text = told(io.StringIO(), {})
    assert text.count("\n") == 1
    assert "\x1b" not in text
    assert text.startswith("✓ Load (2 products)")
    assert text.endswith(" s\n")


def test_on_a_terminal_a_step_draws_its_bar():
    assert "1/2 products" in told(Terminal(), {"TERM": "xterm"})


def test_no_color_means_no_colour():
    assert "\x1b[32m" in told(Terminal(), {"TERM": "xterm"})
    assert "\x1b[32m" not in told(Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})


def test_a_bar_has_one_width():
    assert {len(bar(done, 7)) for done in range(9)} == {len(bar(0, 0))}


def test_what_is_known_to_go_wrong_is_one_sentence():
    stream = io.StringIO()

    def fail() -> int:
        raise LocalError("Port 8000 is taken.")

    assert main_guard(fail, Console(stream, {})) == 1
    assert stream.getvalue() == "Port 8000 is taken.\n"
