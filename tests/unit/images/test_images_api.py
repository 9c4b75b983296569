"""Images over HTTP: what is asked, what is answered, and to whom."""

import base64
import json

import pytest

from tests.support.images import Studio, processed

IMAGES = "/api/images"
NEW = {"content_type": "image/jpeg", "size": 2048, "purpose": "product"}


@pytest.fixture
def api(trust_table, secrets, token, invoke, http_event):
    """`api("get_image", image_id=…)`: status and JSON of what a function answers."""

    def call(function, method="GET", path=IMAGES, *, by="user-1", role=None, body=None, query="", **more):
        parameters = {name: more.pop(name) for name in list(more) if name == "image_id"}
        headers = {**more.pop("headers", {})}
        if by:
            headers["authorization"] = f"Bearer {token(role, sub=by)}"
        event = http_event(
            method, path, headers=headers, body=body, query=query, path_parameters=parameters, **more
        )
        answer = invoke(f"images/{function}", event)
        return answer["statusCode"], json.loads(answer["body"] or "null"), answer["headers"]

    return call


def test_an_upload_is_opened_with_a_form_that_enforces_type_size_and_key(studio: Studio, api):
    status, ticket, headers = api("create_upload_url", "POST", f"{IMAGES}/upload-url", body=NEW)

    assert (status, ticket["state"]) == (201, "pending")
    assert headers["Location"] == f"/api/images/{ticket['image_id']}"
    policy = json.loads(base64.b64decode(ticket["upload"]["fields"]["policy"]))
    conditions = policy["conditions"]
    assert {"Content-Type": "image/jpeg"} in conditions
    assert ["content-length-range", 2048, 2048] in conditions
    assert {"key": f"originals/user-1/{ticket['image_id']}"} in conditions


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"size": 20 * 1024**2 + 1},
        {"content_type": "image/svg+xml"},
        {"purpose": "else"},
        {"more": 1},
    ],
    ids=str,
)
def test_an_upload_of_what_is_not_taken_is_not_opened(studio: Studio, api, wrong):
    status, problem, _ = api("create_upload_url", "POST", f"{IMAGES}/upload-url", body={**NEW, **wrong})

    assert status == 422
    assert problem["errors"]


def test_a_repeat_with_the_same_key_is_the_same_image(studio: Studio, api):
    first, second = (
        api("create_upload_url", "POST", f"{IMAGES}/upload-url", body=NEW, headers={"idempotency-key": "k1"})[
            1
        ]
        for _ in range(2)
    )

    assert first["image_id"] == second["image_id"]


def test_the_day_s_quota_ends_with_429_and_the_time_until_midnight(studio: Studio, api, monkeypatch):
    monkeypatch.setenv("IMAGES_PER_DAY", "1")
    open_one = ("create_upload_url", "POST", f"{IMAGES}/upload-url")
    assert api(*open_one, body=NEW)[0] == 201

    status, problem, headers = api(*open_one, body=NEW)

    assert (status, problem["type"]) == (429, "/problems/image-quota-exceeded")
    assert 0 < int(headers["Retry-After"]) <= 86_400
    assert api(*open_one, body=NEW, by="user-2")[0] == 201


def test_bytes_count_against_the_quota_too(studio: Studio, api, monkeypatch):
    monkeypatch.setenv("IMAGE_BYTES_PER_DAY", "3000")
    open_one = ("create_upload_url", "POST", f"{IMAGES}/upload-url")

    assert [api(*open_one, body=NEW)[0] for _ in range(2)] == [201, 429]
    assert api(*open_one, body={**NEW, "size": 3001}, by="user-3")[0] == 429


def test_a_batch_answers_file_by_file(studio: Studio, api, monkeypatch):
    monkeypatch.setenv("IMAGES_PER_DAY", "2")
    batch = {"images": [NEW, {**NEW, "size": -1}, NEW, NEW]}

    status, answer, _ = api("create_image_batch", "POST", f"{IMAGES}/batch", body=batch)

    assert status == 201
    assert [each["problem"] and each["problem"]["status"] for each in answer["items"]] == [
        None,
        422,
        None,
        429,
    ]
    assert answer["items"][1]["problem"]["errors"][0]["pointer"] == "/images/1/size"
    assert len({each["ticket"]["image_id"] for each in answer["items"] if each["ticket"]}) == 2


def test_a_batch_of_nothing_right_opens_nothing(studio: Studio, api):
    status, answer, _ = api("create_image_batch", "POST", f"{IMAGES}/batch", body={"images": [{}]})

    assert (status, answer["items"][0]["ticket"]) == (201, None)


@pytest.mark.parametrize("count", [0, 51])
def test_a_batch_has_one_to_fifty_files(studio: Studio, api, count):
    assert api("create_image_batch", "POST", f"{IMAGES}/batch", body={"images": [NEW] * count})[0] == 422


def test_a_small_image_comes_in_the_request(studio: Studio, api):
    status, image, _ = api(
        "upload_image",
        "POST",
        f"{IMAGES}/upload",
        query="purpose=avatar",
        body=b"photo",
        headers={"content-type": "image/png"},
    )

    assert (status, image["state"]) == (202, "pending")
    assert studio.files("originals") == [f"originals/user-1/{image['image_id']}"]


def test_an_empty_image_is_refused(studio: Studio, api):
    assert api("upload_image", "POST", f"{IMAGES}/upload", query="purpose=avatar")[0] == 422


def test_a_ready_public_image_is_shown_to_all_and_what_is_private_in_it_to_its_owner(studio: Studio, api):
    image = studio.ready(b"photo", keep_location=True)
    path = {"path": f"{IMAGES}/{image.image_id}", "image_id": image.image_id}

    status, shown, _ = api("get_image", by=None, **path)
    _, own, _ = api("get_image", **path)

    assert (status, shown["state"], shown["thumbhash"], shown["aspect_ratio"]) == (
        200,
        "ready",
        "AQID",
        1.3333,
    )
    assert (shown["camera"], own["camera"]["make"], own["camera"]["latitude"]) == (None, "Maker", 1.5)
    folder = f"/media/{image.picture.sha256[:40]}/1"
    assert shown["srcset"]["avif"] == (
        f"{folder}/thumbnail.avif 150w, {folder}/medium.avif 600w, {folder}/large.avif 800w"
    )


def test_the_place_of_a_photo_is_left_out_unless_it_was_asked_for(studio: Studio, api):
    image = studio.ready(b"photo")

    _, own, _ = api("get_image", path=f"{IMAGES}/{image.image_id}", image_id=image.image_id)

    assert (own["camera"]["make"], own["camera"]["latitude"], own["camera"]["longitude"]) == (
        "Maker",
        None,
        None,
    )


def test_what_is_private_pending_or_not_there_is_not_found_by_others(studio: Studio, api):
    private, pending = studio.ready(b"photo", purpose="private").image_id, studio.upload(b"photo")

    for image_id in (private, pending, "nothing"):
        for by in (None, "user-2"):
            assert api("get_image", path=f"{IMAGES}/{image_id}", image_id=image_id, by=by)[0] == 404
    _, own, _ = api("get_image", path=f"{IMAGES}/{private}", image_id=private)
    assert "X-Amz-Expires=300" in own["variants"][0]["url"]
    assert api("get_image", path=f"{IMAGES}/{pending}", image_id=pending)[1]["variants"] == []
    assert api("get_image", path=f"{IMAGES}/{private}", image_id=private, by="root", role="admin")[0] == 200


def test_one_s_own_images_are_listed_newest_first_by_pages(studio: Studio, api):
    made = [studio.upload(b"photo") for _ in range(3)]
    studio.upload(b"photo", owner="user-2")

    _, page, _ = api("list_images", query="limit=2")
    _, rest, _ = api("list_images", query=f"limit=2&cursor={page['next_cursor']}")

    listed = [each["image_id"] for each in (*page["items"], *rest["items"])]
    assert (listed, rest["next_cursor"]) == (made[::-1], None)
    assert api("list_images", query=f"cursor={page['next_cursor']}", by="user-2")[0] == 400


def test_look_alikes_come_with_their_distance_the_nearest_first(studio: Studio, api):
    made = {}
    for bits in (
        "0000000000000000",
        "00000000000000ff",
        "8000000000000001",
        "00000000000007ff",
        "ffffffffffffffff",
    ):
        studio.process = lambda data, bits=bits: processed(data, bits)
        made[bits] = studio.ready(bits.encode()).image_id
    first = made["0000000000000000"]
    path = {"path": f"{IMAGES}/{first}/similar", "image_id": first}

    _, answer, _ = api("find_similar_images", **path)

    assert [(each["image_id"], each["distance"], each["duplicate"]) for each in answer["items"]] == [
        (made["8000000000000001"], 2, True),
        (made["00000000000000ff"], 8, False),
    ]
    assert api("find_similar_images", **path, by="user-2")[0] == 404
    assert api("find_similar_images", **path, by="root", role="admin")[0] == 200


def test_an_image_that_is_not_ready_has_no_look_alikes(studio: Studio, api):
    image_id = studio.upload(b"photo")

    assert api("find_similar_images", path=f"{IMAGES}/{image_id}/similar", image_id=image_id)[1] == {
        "items": []
    }


def test_an_image_is_deleted_by_its_owner_or_an_admin_alone(studio: Studio, api):
    image = studio.ready(b"photo")
    path = {"path": f"{IMAGES}/{image.image_id}", "image_id": image.image_id}

    assert api("delete_image", "DELETE", by="user-2", **path)[0] == 404
    assert api("delete_image", "DELETE", **path)[0] == 204
    assert api("delete_image", "DELETE", **path)[0] == 404
    other = studio.ready(b"other")
    path = {"path": f"{IMAGES}/{other.image_id}", "image_id": other.image_id}
    assert api("delete_image", "DELETE", by="root", role="admin", **path)[0] == 204
