"""Settings: typed, frozen, and exact about what is missing."""

from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from omnilife.core.config import BadSetting, MissingSetting, Settings, required

pytestmark = pytest.mark.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings(Settings):
    shop_table: str
    page_size: int = 20
    markup: float = 1.5
    open_now: bool = True
    countries: tuple[str, ...] = field(default_factory=lambda: ("PT",))
    sizes: tuple[int, ...] = ()


def test_each_field_is_read_from_the_variable_of_its_name_as_its_type():
    environ = {
        "SHOP_TABLE": " shop ",
        "PAGE_SIZE": "50",
        "MARKUP": "2",
        "OPEN_NOW": "False",
        "COUNTRIES": "PT, ES,",
        "SIZES": "1,2",
    }
    assert ShopSettings.from_environment(environ) == ShopSettings(
        shop_table="shop", page_size=50, markup=2.0, open_now=False, countries=("PT", "ES"), sizes=(1, 2)
    )


def test_what_is_not_set_or_empty_has_its_default():
    assert ShopSettings.from_environment(
        {"SHOP_TABLE": "s", "PAGE_SIZE": "", "COUNTRIES": " "}
    ) == ShopSettings(shop_table="s")


@pytest.mark.parametrize("environ", [{}, {"SHOP_TABLE": ""}, {"SHOP_TABLE": "  "}])
def test_a_missing_variable_is_named(environ: dict[str, str]):
    with pytest.raises(MissingSetting, match="SHOP_TABLE is not set") as missing:
        ShopSettings.from_environment(environ)
    assert missing.value.variable == "SHOP_TABLE"


@pytest.mark.parametrize(
    ("variable", "text"), [("PAGE_SIZE", "many"), ("MARKUP", "x"), ("OPEN_NOW", "perhaps"), ("SIZES", "1,b")]
)
def test_a_variable_of_another_type_is_named_but_its_text_is_not_repeated(variable: str, text: str):
    with pytest.raises(BadSetting, match=variable) as bad:
        ShopSettings.from_environment({"SHOP_TABLE": "s", variable: text})
    assert text not in str(bad.value).removeprefix(f"environment variable {variable}")
    assert bad.value.variable == variable


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        ShopSettings(shop_table="s").page_size = 1


def test_the_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOP_TABLE", "from-process")
    assert ShopSettings.from_environment().shop_table == "from-process"


def test_a_single_variable_can_be_required_by_name():
    assert required("X_TABLE", {"X_TABLE": "x"}) == "x"
    with pytest.raises(MissingSetting, match="X_TABLE"):
        required("X_TABLE", {"X_TABLE": ""})
