"""What deletion, the sweep and an erasure leave: nothing."""

import pytest

from omnilife.core import aws
from omnilife.core.errors import Conflict
from omnilife.core.events import ReceivedEvent
from omnilife.core.personal_data import Person
from omnilife.images import UploadQueue, delete_image, remove_files, sweep_orphans
from omnilife.images.delete_images import deleted
from omnilife.images.models import StoredImage
from omnilife.images.store_people import HeldByImages
from tests.support.images import Studio, user


def delete(studio: Studio, image: StoredImage) -> None:
    delete_image(studio.images, image.image_id, caller=user(), clock=studio.clock, make_id=studio.ids)
    event = deleted(image, "user:user-1", studio.clock, studio.ids)
    received = ReceivedEvent.model_validate(event.model_dump())
    remove_files(received, images=studio.images, originals=studio.originals, storage=studio.storage)


def rows(studio: Studio) -> list[str]:
    items = aws.client("dynamodb").scan(TableName="images")["Items"]
    return sorted({item["entity"]["S"] for item in items if "entity" in item})


def test_a_deleted_image_leaves_no_file_and_no_row_but_its_event(studio: Studio):
    image = studio.ready(b"photo")

    delete(studio, image)

    assert (studio.files(), studio.files("originals")) == ([], [])
    assert rows(studio) == ["outbox", "quotas"]
    assert "ImageDeleted" in studio.events(image.image_id)


def test_files_stay_while_another_image_has_the_same_bytes(studio: Studio):
    first, second = studio.ready(b"photo"), studio.ready(b"photo")

    delete(studio, first)
    assert len(studio.files()) == 6
    delete(studio, second)
    assert studio.files() == []


def test_an_image_that_was_never_ready_is_deleted_with_its_original(studio: Studio):
    image = studio.image(studio.upload(b"photo"))

    delete(studio, image)

    assert studio.files("originals") == []


def test_an_image_that_keeps_changing_is_a_conflict(studio: Studio, monkeypatch):
    image = studio.ready(b"photo")
    monkeypatch.setattr(studio.images, "find", lambda _: image.model_copy(update={"version": 7}))

    with pytest.raises(Conflict):
        delete_image(studio.images, image.image_id, caller=user())


@pytest.fixture
def queue(studio: Studio) -> UploadQueue:
    client = aws.client("sqs")
    return UploadQueue(client.create_queue(QueueName="uploads")["QueueUrl"])


def sweep(studio: Studio, queue: UploadQueue) -> dict[str, int]:
    done = sweep_orphans(
        studio.images, studio.originals, studio.storage, queue, clock=studio.clock, make_id=studio.ids
    )
    return {outcome: number for outcome, number in done.items() if number}


def test_files_of_a_try_that_broke_off_are_swept_after_an_hour_and_no_sooner(studio: Studio, queue):
    keys = ["media/ab/1/large.avif"]
    studio.images.expect_content(public=True, sha256="ab", keys=keys, now=studio.clock.now())
    studio.storage.put(keys[0], b"file", "image/avif")

    studio.clock.advance(seconds=3500)
    assert (sweep(studio, queue), studio.files()) == ({}, keys)
    studio.clock.advance(seconds=101)
    assert (sweep(studio, queue), studio.files()) == ({"removed": 1}, [])


def test_a_content_that_lost_one_of_two_references_leaves_the_sweep_s_sight(studio: Studio, queue):
    first, _ = studio.ready(b"photo"), studio.ready(b"photo")
    delete(studio, first)
    studio.clock.advance(seconds=4000)

    assert sweep(studio, queue) == {}
    assert studio.images.unused(before=studio.clock.now(), limit=9) == []
    assert len(studio.files()) == 6


def test_an_upload_that_never_came_is_dropped(studio: Studio, queue):
    image_id = studio.upload(b"photo")
    studio.originals.remove("user-1", image_id)
    studio.clock.advance(seconds=1300)

    assert sweep(studio, queue) == {"dropped": 1}
    assert studio.images.find(image_id) is None


def test_a_stuck_image_is_announced_three_times_more_and_then_given_up(studio: Studio, queue):
    image_id = studio.upload(b"photo")
    for _ in range(3):
        studio.clock.advance(seconds=1300)
        assert sweep(studio, queue) == {"retried": 1}
    studio.clock.advance(seconds=1300)

    assert sweep(studio, queue) == {"given_up": 1}

    image = studio.image(image_id)
    assert image.rejection is not None
    assert (image.state, image.rejection.reason, studio.files("originals")) == (
        "rejected",
        "too-expensive",
        [],
    )


def test_a_stuck_image_that_is_announced_again_becomes_ready(studio: Studio, queue):
    image_id = studio.upload(b"photo")
    studio.clock.advance(seconds=1300)
    sweep(studio, queue)

    assert studio.handle(image_id) == "ready"
    studio.clock.advance(seconds=1300)
    assert sweep(studio, queue) == {}


def test_a_person_is_told_of_their_images_and_forgotten_with_their_files(studio: Studio):
    image = studio.ready(b"photo")
    kept = studio.ready(b"other", owner="user-2")
    held, person = HeldByImages(studio.images), Person("user-1")

    told = held.export(person, None)
    assert [(each["entity"], each.get("image_id")) for each in told.records] == [("images", image.image_id)]

    held.erase(person)
    assert held.erase(person).finished
    assert studio.images.find(image.image_id) is None
    assert studio.images.find(kept.image_id) is not None
    assert "ImageDeleted" in studio.events(image.image_id)
