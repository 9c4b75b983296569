"""What becomes of pixels: sizes, orientation, colours, alpha, metadata; in this process."""

import json

import pytest
from PIL import ExifTags, Image, ImageCms

from omnilife.images.caps import MAX_ANIMATED_FRAMES
from omnilife.images.decoder import answer
from omnilife.images.headers import read_header
from omnilife.images.processed import Rendered, Variant
from omnilife.images.rendering import fit, load_codecs, render
from tests.support.pictures import encoded, opened, picture


@pytest.fixture(scope="module", autouse=True)
def codecs():
    load_codecs()


def rendered(data: bytes) -> Rendered:
    return render(data, read_header(data))


def variant(result: Rendered, name: str, format_: str) -> Variant:
    return next(v for v in result.variants if (v.name, v.format) == (name, format_))


def photo_exif(**tags: object) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Maker\x00", "Model 7"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.ExposureTime] = 0.004
    details[ExifTags.Base.FNumber] = 2.8
    details[ExifTags.Base.ISOSpeedRatings] = 200
    details[ExifTags.Base.FocalLength] = 35.0
    details[ExifTags.Base.LensModel] = "35mm"
    details[ExifTags.Base.DateTimeOriginal] = "2026:11:25 14:03:10"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "S", (33.0, 51.0, 25.2)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (151.0, 12.0, 55.8)
    for name, value in tags.items():
        exif[ExifTags.Base[name]] = value
    return exif


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "HEIF"])
def test_every_format_that_is_taken_gives_all_variants(format_):
    result = rendered(encoded(picture(300, 200), format_))

    assert [(v.name, v.width, v.height) for v in result.variants[::3]] == [
        ("large", 300, 200),
        ("medium", 300, 200),
        ("thumbnail", 150, 100),
    ]
    red, green, blue = opened(variant(result, "large", "webp").data).convert("RGB").getpixel((90, 55))
    assert (red > 150, green < 90, blue < 110) == (True, True, True)


@pytest.mark.parametrize("size", [(1, 1), (1, 30_000), (30_000, 1), (1201, 3), (150, 150)])
def test_nothing_is_enlarged_and_nothing_vanishes(size):
    for v in rendered(encoded(Image.new("RGB", size, "teal"), "PNG")).variants:
        assert 1 <= v.width <= size[0]
        assert 1 <= v.height <= size[1]
        assert opened(v.data).size == (v.width, v.height)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "AVIF"])
def test_the_camera_s_orientation_is_applied(format_, orientation):
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = picture(320, 200)
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))

    result = rendered(encoded(stored, format_, exif=photo_exif(Orientation=orientation), quality=95))

    assert (result.width, result.height) == (320, 200)
    shown = opened(variant(result, "large", "webp").data).convert("RGB")
    assert shown.size == (320, 200)
    for at in ((90, 60), (250, 150), (20, 100)):
        assert all(abs(a - b) < 40 for a, b in zip(shown.getpixel(at), upright.getpixel(at), strict=True))


def test_no_metadata_is_left_in_any_variant():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(
        picture(400, 300),
        "JPEG",
        exif=photo_exif(Orientation=6),
        icc_profile=profile,
        comment=b"secret comment",
        xmp=b"<x:xmpmeta>secret</x:xmpmeta>",
    )
    gif = encoded(picture(), "GIF", comment=b"secret comment")

    for v in (*rendered(data).variants, *rendered(gif).variants):
        # Read by their own parser, and by what the bytes say: neither may know of more than pixels.
        found = read_header(v.data)
        assert (found.profile_bytes, found.format) == (
            0 if v.format != "avif" else found.profile_bytes,
            v.format,
        )
        assert not dict(opened(v.data).getexif())
        for trace in (b"secret", b"Maker", b"Exif\0\0", b"xmpmeta", b"ICC_PROFILE", b"ICCP", b"prof", b"GPS"):
            assert trace not in v.data


def test_colours_are_turned_into_srgb():
    swapped = _profile_with_red_and_blue_swapped()

    result = rendered(encoded(Image.new("RGB", (200, 200), (255, 0, 0)), "PNG", icc_profile=swapped))

    red, green, blue = opened(variant(result, "large", "webp").data).getpixel((50, 50))
    assert (red < 60, green < 60, blue > 200) == (True, True, True)


def _profile_with_red_and_blue_swapped() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("profile", [b"no profile", bytes(200)])
def test_a_broken_profile_is_as_none(profile):
    result = rendered(encoded(Image.new("RGB", (20, 20), (250, 5, 5)), "PNG", icc_profile=profile))

    assert result.dominant_color == "#fa0505"


def test_a_profile_of_another_kind_of_image_is_as_none():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    assert (
        rendered(encoded(Image.new("RGB", (9, 9), (250, 5, 5)), "PNG", icc_profile=profile)).dominant_color
        == "#fa0505"
    )


@pytest.mark.parametrize(
    "mode", ["L", "P", "1", "CMYK", "LAB", "I", "F", "I;16", "YCbCr", "LA", "RGBA", "PA", "RGBX"]
)
def test_every_mode_comes_out_as_plain_colours(mode):
    image = picture(100, 80).convert("L") if mode in ("I", "F", "I;16") else picture(100, 80)
    if mode == "LAB":
        image = ImageCms.profileToProfile(
            image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
    elif mode == "RGBX":
        image = Image.frombytes("RGBX", image.size, image.convert("RGBA").tobytes())
    elif mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        image = image.convert(mode)
    data = encoded(image, "PNG" if mode in ("LA", "RGBA", "P", "PA", "I;16") and mode != "PA" else "TIFF")

    result = rendered(data)

    assert (result.width, result.height, result.has_alpha) == (100, 80, False)
    if mode != "1":
        shown = opened(variant(result, "large", "webp").data).convert("L")
        assert abs(shown.getpixel((30, 22)) - picture(100, 80).convert("L").getpixel((30, 22))) < 45


def test_numbers_without_a_picture_in_them_are_black():
    for value in (float("nan"), 7.0):
        assert rendered(encoded(Image.new("F", (9, 9), value), "TIFF")).dominant_color == "#000000"


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "AVIF", "GIF"])
def test_transparency_is_kept_where_the_format_can_and_white_where_it_cannot(format_):
    image = picture(90, 60, "RGBA")
    image.putalpha(Image.new("L", (90, 60), 255))
    image.paste((0, 0, 0, 0), (0, 0, 20, 60))

    result = rendered(encoded(image, format_))

    assert result.has_alpha
    for each in ("webp", "avif"):
        assert opened(variant(result, "large", each).data).getpixel((5, 30))[3] < 20
    assert min(opened(variant(result, "large", "jpeg").data).getpixel((5, 30))) > 235


def test_a_grey_png_with_one_transparent_shade_is_transparent_there():
    image = Image.new("L", (20, 20), 90)
    image.paste(3, (0, 0, 10, 20))

    assert rendered(encoded(image, "PNG", transparency=3)).has_alpha


def test_a_picture_of_nothing_but_transparency_is_white():
    result = rendered(encoded(Image.new("RGBA", (30, 30), (9, 9, 9, 0)), "PNG"))

    assert (result.dominant_color, result.fingerprint) == ("#ffffff", None)


def test_what_the_camera_says_is_read():
    camera = rendered(encoded(picture(), "JPEG", exif=photo_exif())).camera

    assert (camera.make, camera.model, camera.lens) == ("Maker", "Model 7", "35mm")
    assert (camera.exposure_s, camera.f_number, camera.iso, camera.focal_length_mm) == (0.004, 2.8, 200, 35.0)
    assert camera.taken_at == "2026-11-25T14:03:10"
    assert (camera.latitude, camera.longitude) == (-33.857, 151.2155)


@pytest.mark.parametrize(
    "exif",
    [b"Exif\0\0broken", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(40)],
)
def test_broken_exif_is_as_none(exif):
    result = rendered(encoded(picture(), "JPEG", exif=exif))

    assert (result.camera.make, result.width) == (None, 160)


def test_impossible_values_of_exif_are_passed_over():
    exif = photo_exif(Make=7)
    details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    details[ExifTags.Base.DateTimeOriginal] = "yesterday"
    details[ExifTags.Base.FNumber] = 0.0
    details[ExifTags.Base.ExposureTime] = "long"
    place[ExifTags.GPS.GPSLatitude] = (400.0, 0.0, 0.0)
    del place[ExifTags.GPS.GPSLongitude]

    camera = rendered(encoded(picture(), "JPEG", exif=exif)).camera

    assert (camera.taken_at, camera.f_number, camera.exposure_s) == (None, None, None)
    assert (camera.latitude, camera.longitude) == (None, None)


def animation(frames: int, size: tuple[int, int] = (40, 30), format_: str = "WEBP") -> bytes:
    shots = [picture(*size).rotate(7 * turn) for turn in range(frames)]
    return encoded(
        shots[0], format_, save_all=True, append_images=shots[1:], duration=[10, *[70] * (frames - 1)]
    )


@pytest.mark.parametrize("format_", ["WEBP", "GIF"])
def test_an_animation_moves_on_at_its_own_pace(format_):
    moving = variant(rendered(animation(4, (900, 600), format_)), "animated", "webp")

    image = opened(moving.data)
    assert ((moving.width, moving.height), getattr(image, "n_frames", 1)) == ((600, 400), 4)
    durations = []
    for number in range(4):
        image.seek(number)
        image.load()
        durations.append(image.info["duration"])
    assert durations == [100, 70, 70, 70]


def test_an_animation_over_the_caps_is_shown_by_its_first_frame(monkeypatch):
    many = animation(MAX_ANIMATED_FRAMES + 1, (24, 24))
    monkeypatch.setattr("omnilife.images.animation.MAX_ANIMATED_PIXELS", 1000)

    few = animation(3)
    for data in (many, few):
        assert {v.name for v in rendered(data).variants} == {"large", "medium", "thumbnail"}


def test_an_animation_that_takes_too_long_to_read_is_shown_by_its_first_frame(monkeypatch):
    data = animation(3)
    monkeypatch.setattr("omnilife.images.animation.MAX_ANIMATION_SECONDS", -1.0)

    assert {v.name for v in rendered(data).variants} == {"large", "medium", "thumbnail"}


def test_a_large_photo_is_decoded_at_a_fraction_of_its_size_and_told_in_full():
    result = rendered(encoded(picture(5000, 3000), "JPEG"))

    assert (result.width, result.height) == (5000, 3000)
    assert variant(result, "large", "avif").width == 1200


def test_memory_that_does_not_suffice_is_too_expensive(monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    data = encoded(picture(), "PNG")
    monkeypatch.setattr(Image.Image, "resize", full)

    assert b'"reason": "too-expensive"' in answer(data)


def test_a_decoder_that_sees_more_pixels_than_the_header_is_stopped(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)

    assert b'"reason": "too-many-pixels"' in answer(encoded(picture(), "PNG"))


def test_an_answer_says_how_long_each_variant_is():
    head, _, rest = answer(encoded(picture(), "PNG")).partition(b"\n")

    lengths = json.loads(head)["lengths"]
    assert (len(lengths), sum(lengths)) == (9, len(rest))
    assert opened(rest[: lengths[0]]).size == (160, 120)


def test_fit_keeps_the_proportions():
    assert fit(4000, 3000, 1200) == (1200, 900)
    assert fit(100, 50, 1200) == (100, 50)
    assert fit(30_000, 1, 150) == (150, 1)
