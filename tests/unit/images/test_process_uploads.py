"""From an announced upload to an image that is ready, or rejected: once, however often it is told."""

import json

import pytest

from omnilife.images import ImageRejected, Upload, upload_consumer
from omnilife.images.store import ContentBusy
from tests.support.images import Studio, processed


def test_an_upload_becomes_ready_with_its_variants_kept_and_told_of(studio: Studio):
    image_id = studio.upload(b"photo")

    assert studio.handle(image_id) == "ready"

    image = studio.image(image_id)
    assert (image.state, image.version, image.settled_at) == ("ready", 2, studio.clock.now())
    assert image.picture is not None
    assert sorted(each.key for each in image.picture.variants) == studio.files()
    assert studio.events(image_id) == ["ImageReady"]
    head = studio.s3.head_object(Bucket="media", Key=image.picture.variants[0].key)
    assert (head["ContentType"], head["CacheControl"]) == (
        "image/avif",
        "public, max-age=31536000, immutable",
    )


def test_told_twice_it_is_processed_once(studio: Studio):
    image_id = studio.upload(b"photo")
    studio.handle(image_id)

    assert studio.handle(image_id) == "skipped"
    assert studio.processed == [b"photo"]


def test_a_try_that_broke_off_is_taken_up_again_by_the_same_upload_and_by_no_other(studio: Studio):
    image_id = studio.upload(b"photo")
    upload = studio.originals.find("user-1", image_id)
    assert upload is not None
    studio.images.start(image_id, upload.version, now=studio.clock.now())
    studio.originals.put("user-1", image_id, b"another", "image/jpeg")
    later = studio.originals.find("user-1", image_id)
    assert later is not None

    assert studio.handle_upload(later) == "skipped"
    assert studio.handle_upload(upload) == "ready"
    assert studio.processed == [b"photo"]


def test_a_file_that_is_no_image_is_rejected_removed_and_told_of(studio: Studio):
    def reject(data: bytes) -> None:
        raise ImageRejected("svg", "a document")

    studio.process = reject
    image_id = studio.upload(b"<svg>")

    assert studio.handle(image_id) == "rejected"

    image = studio.image(image_id)
    assert image.rejection is not None
    assert (image.state, image.rejection.reason) == ("rejected", "svg")
    assert (studio.events(image_id), studio.files(), studio.files("originals")) == (["ImageRefused"], [], [])
    assert studio.handle(image_id) == "skipped"


def test_an_upload_of_no_image_or_without_its_file_is_skipped(studio: Studio):
    image_id = studio.upload(b"photo")
    studio.originals.remove("user-1", image_id)

    assert studio.handle_upload(Upload("originals/user-1/nobody", 1, "v", "")) == "skipped"
    assert studio.handle_upload(Upload(f"originals/user-1/{image_id}", 1, "etag", "")) == "skipped"


def test_a_form_that_is_posted_after_its_image_was_deleted_leaves_no_file(studio: Studio):
    image_id = studio.upload(b"photo")
    studio.table.delete({"pk": f"IMAGE#{image_id}", "sk": "IMAGE"})

    assert studio.handle(image_id) == "skipped"
    assert studio.files("originals") == []


def test_a_form_that_is_posted_again_leaves_the_original_that_was_taken(studio: Studio):
    image = studio.ready(b"photo")
    first = studio.originals.find("user-1", image.image_id)
    studio.originals.put("user-1", image.image_id, b"another", "image/jpeg")

    assert studio.handle(image.image_id) == "skipped"
    assert studio.originals.find("user-1", image.image_id) == first
    assert studio.handle(image.image_id) == "skipped"
    assert studio.originals.find("user-1", image.image_id) == first


def test_the_same_bytes_are_decoded_and_kept_once_and_counted_by_reference(studio: Studio):
    first = studio.ready(b"photo")
    second = studio.ready(b"photo")
    other = studio.ready(b"photo", owner="user-2")

    assert studio.processed == [b"photo"]
    assert len(studio.files()) == 6
    assert (second.duplicate_of, other.duplicate_of) == (first.image_id, None)
    assert first.picture is not None
    content = studio.table.get(f"CONTENT#public#{first.picture.sha256}", "CONTENT")
    assert content is not None
    assert (content["references"], "i2pk" in content) == (3, False)


def test_a_private_image_shares_nothing_with_a_public_one(studio: Studio):
    studio.ready(b"photo")
    studio.ready(b"photo", purpose="private")

    assert [key.partition("/")[0] for key in studio.files()] == ["media"] * 6 + ["private"] * 6


def test_a_near_duplicate_of_the_same_owner_is_named(studio: Studio):
    studio.process = lambda data: processed(data, "00ff00ff00ff00ff")
    first = studio.ready(b"one")
    studio.process = lambda data: processed(data, "00ff00ff00ff001f")
    near = studio.ready(b"two")
    foreign = studio.ready(b"three", owner="user-2")

    assert (near.duplicate_of, foreign.duplicate_of) == (first.image_id, None)


def test_a_picture_without_a_fingerprint_is_near_to_none(studio: Studio):
    studio.process = lambda data: processed(data, None)

    assert studio.ready(b"one").duplicate_of is None
    assert studio.ready(b"two").duplicate_of is None


def test_while_a_content_is_being_removed_its_bytes_wait(studio: Studio):
    first = studio.ready(b"photo")
    assert first.picture is not None
    sha256 = first.picture.sha256
    studio.table.update(
        {"pk": f"CONTENT#public#{sha256}", "sk": "CONTENT"}, set={"references": 0, "removing": True}
    )
    image_id = studio.upload(b"photo")

    with pytest.raises(ContentBusy):
        studio.handle(image_id)
    studio.images.forget_content(public=True, sha256=sha256)

    assert studio.handle(image_id) == "ready"


def test_a_content_that_was_removed_between_keeping_and_settling_is_made_anew(studio: Studio):
    def removed_meanwhile(data: bytes) -> None:
        made = processed(data)
        studio.process = processed
        return made

    image_id = studio.upload(b"photo")
    studio.process = removed_meanwhile
    original = studio.images.finish

    def finish(*args: object, **kwargs: object) -> None:
        studio.images.forget_content(public=True, sha256=processed(b"photo").sha256)
        original(*args, **kwargs)

    studio.images.finish = finish
    with pytest.raises(ContentBusy):
        studio.handle(image_id)
    studio.images.finish = original

    assert studio.handle(image_id) == "ready"
    assert len(studio.files()) == 6


def test_an_image_that_is_deleted_meanwhile_stays_deleted(studio: Studio):
    image_id = studio.upload(b"photo")

    def delete(data: bytes) -> object:
        studio.table.delete({"pk": f"IMAGE#{image_id}", "sk": "IMAGE"})
        return processed(data)

    studio.process = delete
    studio.handle(image_id)

    assert studio.images.find(image_id) is None
    assert studio.events(image_id) == []


def test_the_consumer_reports_what_failed_and_goes_on():
    seen: list[str] = []

    def do(upload: Upload) -> str:
        seen.append(upload.image_id)
        if upload.image_id == "bad":
            raise RuntimeError("storage is down")
        return "ready"

    def record(name: str, body: object) -> dict[str, str]:
        return {"messageId": name, "body": json.dumps(body)}

    def announced(image_id: str) -> object:
        return {"detail": {"object": {"key": f"originals/u/{image_id}", "size": 1, "etag": "e"}}}

    answer = upload_consumer(do)(
        {"Records": [record("1", announced("bad")), record("2", {}), record("3", announced("good"))]}, None
    )

    assert seen == ["bad", "good"]
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["1", "2"]
