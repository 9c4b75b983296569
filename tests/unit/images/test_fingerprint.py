"""The perceptual hash and the placeholder."""

import pytest
from PIL import Image, ImageFilter

from omnilife.images.distances import DUPLICATE, SIMILAR, distance
from omnilife.images.fingerprint import fingerprint
from omnilife.images.thumbhash import thumbhash
from tests.support.pictures import encoded, opened, picture


def hashed(image: Image.Image) -> int:
    found = fingerprint(image)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "edit",
    [
        lambda image: image.resize((200, 150)),
        lambda image: opened(encoded(image, "JPEG", quality=30)),
        lambda image: image.point(lambda value: min(255, int(value * 1.1))),
        lambda image: image.filter(ImageFilter.GaussianBlur(2)),
        lambda image: image.convert("L").convert("RGB"),
    ],
    ids=["resized", "recoded", "brighter", "blurred", "grey"],
)
def test_an_edited_picture_is_a_near_duplicate(edit):
    image = picture(640, 480)

    assert distance(hashed(image), hashed(edit(image))) <= DUPLICATE


def test_another_picture_is_none():
    assert distance(hashed(picture(640, 480)), hashed(picture(640, 480).rotate(90))) > SIMILAR


def test_plain_pictures_have_none():
    assert fingerprint(Image.new("RGB", (50, 50), "red")) is None
    assert fingerprint(Image.effect_noise((400, 300), 3).convert("RGB")) is None


def test_a_transparent_picture_is_hashed_on_white():
    image = picture(200, 100, "RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 60, 100))
    white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")

    assert fingerprint(image) == fingerprint(white)


def average(placeholder: bytes) -> tuple[int, int, int]:
    """`thumbHashToAverageRGBA` of the reference."""
    header = int.from_bytes(placeholder[:3], "little")
    light = (header & 63) / 63
    yellow, red_green = (header >> 6 & 63) / 31.5 - 1, (header >> 12 & 63) / 31.5 - 1
    blue = light - 2 / 3 * yellow
    red = (3 * light - blue + red_green) / 2
    return round(255 * red), round(255 * (red - red_green)), round(255 * blue)


@pytest.mark.parametrize("colour", [(255, 0, 0), (10, 200, 90), (128, 128, 128), (255, 255, 255)])
def test_the_placeholder_has_the_picture_s_colour(colour):
    found = average(thumbhash(Image.new("RGB", (90, 60), colour)))

    assert all(abs(a - b) < 10 for a, b in zip(found, colour, strict=True))


@pytest.mark.parametrize(
    ("size", "landscape", "side"), [((100, 50), True, 4), ((50, 100), False, 4), ((80, 80), False, 7)]
)
def test_the_placeholder_has_the_picture_s_proportions(size, landscape, side):
    found = int.from_bytes(thumbhash(picture(*size))[3:5], "little")

    assert (bool(found >> 15), found & 7) == (landscape, side)


def test_the_placeholder_knows_of_alpha():
    clear = picture(60, 60, "RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((60, 60)))

    assert thumbhash(clear)[2] & 0x80
    assert not thumbhash(picture(60, 60))[2] & 0x80
    assert len(thumbhash(Image.new("RGBA", (9, 9)))) > 5
