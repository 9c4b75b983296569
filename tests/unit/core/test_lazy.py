"""Packages that import what is used."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = "lazy_shop"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with two modules, one of which has the name of what it exports."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from omnilife.core.lazy import exports\n"
        "__getattr__ = exports(__name__, {'Product': 'models', 'sell': 'sell'})\n"
    )
    (folder / "models.py").write_text("class Product: ...\n")
    (folder / "sell.py").write_text("def sell(): return 'sold'\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield PACKAGE
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_a_name_imports_its_own_module_and_no_other(shop):
    package = import_module(shop)
    assert package.Product.__name__ == "Product"
    assert f"{shop}.models" in sys.modules
    assert f"{shop}.sell" not in sys.modules


def test_a_function_wins_over_the_module_of_its_own_name(shop):
    package = import_module(shop)
    assert package.sell() == "sold"
    assert package.sell() == "sold"


def test_an_unknown_name_is_an_attribute_error_that_names_the_package(shop):
    with pytest.raises(AttributeError, match="module 'lazy_shop' has no attribute 'steal'"):
        _ = import_module(shop).steal


def test_the_function_wins_also_after_its_module_was_imported_by_itself(shop):
    package = import_module(shop)
    import_module(f"{shop}.sell")
    assert package.sell() == "sold"
