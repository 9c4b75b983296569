"""`python -m local.generate` writes what is stale, and with `--check` only says so."""

from pathlib import Path

import pytest

from local.generate import __main__ as generate


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "GENERATED", {"page.md": lambda _root: "new\n"})
    monkeypatch.setattr(generate.stale, "__defaults__", (tmp_path,))
    (tmp_path / "page.md").write_text("old\n", encoding="utf-8")
    return tmp_path


def test_what_is_stale_is_written_anew(root: Path) -> None:
    assert generate.main([]) == 0
    assert (root / "page.md").read_text(encoding="utf-8") == "new\n"
    assert generate.stale() == {}


def test_a_check_fails_and_leaves_the_files_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 1
    assert (root / "page.md").read_text(encoding="utf-8") == "old\n"
    assert "page.md: is stale" in capsys.readouterr().out


def test_a_check_of_fresh_files_succeeds(root: Path) -> None:
    generate.main([])

    assert generate.main(["--check"]) == 0


def test_a_file_that_is_missing_is_stale(root: Path) -> None:
    (root / "page.md").unlink()

    assert generate.stale() == {"page.md": "new\n"}
