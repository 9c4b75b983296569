"""`process`: a file in, its variants out; through the decoder's own process."""

import hashlib

import pytest
from PIL import Image

from omnilife.images import ImageRejected, process, sandbox
from tests.support.pictures import encoded, opened, picture


def test_an_image_is_told_whole_with_nine_variants():
    data = encoded(picture(1600, 1200), "JPEG")

    image = process(data)

    assert (image.format, image.width, image.height, image.frames) == ("jpeg", 1600, 1200, 1)
    assert (image.sha256, image.aspect_ratio, image.has_alpha) == (
        hashlib.sha256(data).hexdigest(),
        1.3333,
        False,
    )
    assert [(v.name, v.format, v.width, v.height) for v in image.variants] == [
        (name, format_, width, height)
        for name, width, height in (("large", 1200, 900), ("medium", 600, 450), ("thumbnail", 150, 112))
        for format_ in ("avif", "webp", "jpeg")
    ]
    assert [opened(v.data).size for v in image.variants] == [(v.width, v.height) for v in image.variants]
    assert [v.content_type for v in image.variants[:3]] == ["image/avif", "image/webp", "image/jpeg"]
    assert len(image.fingerprint or "") == 16


def test_an_animation_is_told_with_its_moving_variant():
    frames = [picture(80, 60).rotate(turn) for turn in (0, 30, 60)]

    image = process(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=90, loop=0))

    assert image.frames == 3
    assert image.variants[-1].name == "animated"
    assert getattr(opened(image.variants[-1].data), "n_frames", 1) == 3


def test_a_rejection_of_the_decoder_keeps_its_reason():
    data = encoded(picture(), "PNG")
    middle = data.index(b"IDAT") + 20
    broken = data[:middle] + bytes(50) + data[middle + 50 :]

    with pytest.raises(ImageRejected) as rejected:
        process(broken)

    assert rejected.value.reason == "corrupt"


def test_an_image_that_takes_too_long_is_too_expensive_and_the_next_one_is_fine():
    with pytest.raises(ImageRejected) as rejected:
        sandbox.render_apart(encoded(picture(), "PNG"), seconds=0)

    assert rejected.value.reason == "too-expensive"
    assert process(encoded(picture(), "PNG")).format == "png"


def test_a_decoder_that_dies_has_found_a_corrupt_image_and_the_next_one_is_fine(monkeypatch):
    sandbox.close()
    monkeypatch.setattr(sandbox.sys, "executable", "/bin/true")
    with pytest.raises(ImageRejected) as rejected:
        process(encoded(picture(), "PNG"))
    assert rejected.value.reason == "corrupt"
    monkeypatch.undo()
    sandbox.close()

    assert process(encoded(picture(), "PNG")).format == "png"


def test_a_spare_decoder_that_was_ended_meanwhile_is_replaced():
    process(encoded(picture(), "PNG"))
    spare = sandbox._spare
    assert spare is not None
    spare.kill()
    spare.wait()

    assert process(encoded(picture(), "PNG")).format == "png"


def test_the_decoder_has_none_of_the_credentials(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    sandbox.close()
    process(encoded(picture(), "PNG"))
    spare = sandbox._spare
    assert spare is not None

    with open(f"/proc/{spare.pid}/environ", "rb") as file:
        assert b"AWS_" not in file.read()


def test_bytes_of_any_kind_will_do():
    assert process(bytearray(encoded(picture(), "BMP"))).format == "bmp"  # type: ignore[arg-type]
    assert process(memoryview(encoded(Image.new("L", (1, 1)), "TIFF"))).format == "tiff"  # type: ignore[arg-type]
