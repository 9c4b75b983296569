"""What a change concerns, and so what a push has to update."""

from pathlib import Path

import pytest

from local.push import LAYER, Record, fingerprints
from local.stack import folder_name


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small product: a function, the layer, a template."""
    for name, text in {
        "functions/shop/sell/app.py": "handler = 1",
        "functions/shop/template.yaml": "Resources: {}",
        "layers/omnilife/omnilife/core/money.py": "x = 1",
        "layers/runtime/requirements.txt": "boto3==1",
        "template.yaml": "Resources: {}",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("functions/shop/sell/app.py", ["functions/shop/sell"]),
        ("layers/omnilife/omnilife/core/money.py", [LAYER]),
        ("functions/shop/template.yaml", ["templates"]),
        ("layers/runtime/requirements.txt", ["templates"]),
        ("template.yaml", ["templates"]),
    ],
)
def test_a_change_concerns_its_own_part_alone(checkout: Path, file: str, parts: list[str]):
    record = Record(checkout / "deployed.json")
    record.write(fingerprints(checkout))
    (checkout / file).write_text("changed")
    assert record.changed(fingerprints(checkout)) == parts


def test_nothing_is_pushed_when_nothing_changed(checkout: Path):
    record = Record(checkout / "deployed.json")
    record.write(fingerprints(checkout))
    assert record.changed(fingerprints(checkout)) == []


def test_a_new_function_is_a_matter_of_the_templates(checkout: Path):
    record = Record(checkout / "deployed.json")
    record.write(fingerprints(checkout))
    (checkout / "functions/shop/buy").mkdir()
    (checkout / "functions/shop/buy/app.py").write_text("handler = 2")
    assert "templates" in record.changed(fingerprints(checkout))


def test_bytecode_is_no_change(checkout: Path):
    before = fingerprints(checkout)
    cache = checkout / "layers/omnilife/omnilife/core/__pycache__"
    cache.mkdir()
    (cache / "money.cpython-313.pyc").write_bytes(b"\0")
    assert fingerprints(checkout) == before


def test_a_logical_id_names_its_folder():
    assert folder_name("ListInventoryLogsFunction") == "list_inventory_logs"
