"""Variants are made anew by a later pipeline, image by image, and pages that are open lose nothing."""

import zlib

import pytest

from omnilife.images import ImageRejected, reprocess_shard
from omnilife.images.models import StoredImage
from omnilife.images.store import SHARDS
from tests.support.images import Studio


def reprocess(studio: Studio, image: StoredImage, pipeline: int = 2) -> int:
    shard = zlib.crc32(image.image_id.encode()) % SHARDS
    return reprocess_shard(
        shard,
        images=studio.images,
        originals=studio.originals,
        storage=studio.storage,
        process=studio.process,
        pipeline=pipeline,
        clock=studio.clock,
    )["done"]


def test_an_image_gets_new_names_and_its_old_files_stay_until_it_is_deleted(studio: Studio):
    image = studio.ready(b"photo")

    assert reprocess(studio, image) == 1

    picture = studio.image(image.image_id).picture
    assert picture is not None
    assert (picture.pipeline, {each.key.split("/")[2] for each in picture.variants}) == (2, {"2"})
    assert len(studio.files()) == 12
    content = studio.table.get(f"CONTENT#public#{picture.sha256}", "CONTENT")
    assert content is not None
    assert sorted(content["keys"]) == studio.files()


def test_what_is_of_the_pipeline_already_is_left_alone(studio: Studio):
    image = studio.ready(b"photo")
    reprocess(studio, image)

    assert (reprocess(studio, image), reprocess(studio, image, pipeline=1)) == (0, 0)


def test_images_with_the_same_bytes_are_rendered_once(studio: Studio):
    made: list[bytes] = []
    render = studio.process
    images = [studio.ready(b"photo"), studio.ready(b"photo")]
    studio.process = lambda data: (made.append(data), render(data))[1]

    for image in images:
        reprocess(studio, image)

    assert made == [b"photo"]
    assert {studio.image(each.image_id).picture.pipeline for each in images} == {2}


@pytest.mark.parametrize("why", ["gone", "rejected"])
def test_an_image_that_cannot_be_made_anew_keeps_what_it_has_and_is_asked_no_more(studio: Studio, why):
    def reject(data: bytes) -> None:
        raise ImageRejected("corrupt", "a stricter decoder")

    image = studio.ready(b"photo")
    if why == "gone":
        studio.originals.remove("user-1", image.image_id)
    studio.process = reject

    assert (reprocess(studio, image), reprocess(studio, image)) == (1, 0)
    assert studio.image(image.image_id).picture == image.picture


def test_an_image_that_is_deleted_meanwhile_stays_deleted(studio: Studio):
    image = studio.ready(b"photo")
    studio.table.delete({"pk": f"IMAGE#{image.image_id}", "sk": "IMAGE"})

    studio.images.renew(image, image.picture, pipeline=2)

    assert studio.images.find(image.image_id) is None
