"""Templates that a shop writes: versions that never change, and nothing kept that cannot be sent."""

import pytest

from omnilife.core.auth import Caller
from omnilife.core.errors import Invalid, NotFound, PreconditionFailed
from omnilife.notifications.create import Creating, NewNotification, create_notification
from omnilife.notifications.edit_templates import (
    Preview,
    find_template,
    list_templates,
    preview_template,
    put_template,
)
from omnilife.notifications.message_templates import TemplateChange
from omnilife.notifications.problems import BadTemplate, MissingVariables, UnsafeLink
from omnilife.notifications.store_templates import TemplateStore

ADMIN = Caller("user", "203.0.113.7", "user-1", frozenset({"admin"}))


@pytest.fixture
def store(notifications_table):
    return TemplateStore(notifications_table)


def change(said="Sale: {{ title }}", sample=None, languages=("en",), **email):
    texts = {
        "email": {"subject": said, "text": said, "html": f"<p>{said}</p>"} | email,
        "sms": {"text": said},
        "push": {"title": said, "text": "x"},
    }
    given = {"title": "Summer"} if sample is None else sample
    return TemplateChange.model_validate({"languages": dict.fromkeys(languages, texts), "sample": given})


def put(store, clock, name="sale", **more):
    if_match = more.pop("if_match", None)
    return put_template(store, name, change(**more), caller=ADMIN, if_match=if_match, clock=clock)


def test_what_was_written_is_read_back(store, clock):
    written = put(store, clock)
    assert written.version == 1_000
    assert written.variables == ("title",)
    found = find_template(TemplateStore(store.table), "sale")
    assert found.template == written
    assert found.versions == [1_000]


def test_a_change_is_a_new_version_and_the_old_one_stays(store, clock):
    put(store, clock)
    put(store, clock, said="Now: {{ title }}")
    assert find_template(store, "sale").template.version == 1_001
    assert find_template(store, "sale", 1_000).template.languages["en"].sms.text == "Sale: {{ title }}"
    assert find_template(store, "sale").versions == [1_001, 1_000]


def test_the_same_again_makes_no_other_version(store, clock):
    assert put(store, clock) == put(store, clock)
    assert find_template(store, "sale").versions == [1_000]


def test_a_template_that_ships_can_be_replaced_and_its_version_stays_readable(store, clock):
    assert find_template(store, "welcome").template.version == 1
    put(store, clock, name="welcome")
    assert find_template(store, "welcome").versions == [1_000, 1]
    assert find_template(store, "welcome", 1).template.variables == ()


def test_a_list_has_what_ships_and_what_was_written_in_order(store, clock):
    put(store, clock)
    items = list_templates(store).items
    assert [item.name for item in items] == sorted(item.name for item in items)
    assert {"sale", "welcome", "reminder"} <= {item.name for item in items}
    assert [item.name for item in items if item.own] == ["sale"]


@pytest.mark.parametrize("seen", [0, 1_001])
def test_a_version_that_is_no_longer_current_cannot_be_written_over(store, clock, seen):
    put(store, clock)
    with pytest.raises(PreconditionFailed):
        put(store, clock, said="x {{ title }}", if_match=seen)
    assert find_template(store, "sale").versions == [1_000]


def test_of_two_who_write_at_once_one_is_told_so(store, clock, monkeypatch):
    put(store, clock)
    before = store.current("sale")
    put(store, clock, said="first {{ title }}")
    monkeypatch.setattr(TemplateStore, "current", lambda *_: before)
    with pytest.raises(PreconditionFailed):
        put(store, clock, said="second {{ title }}")
    assert store.version("sale", 1_001).languages["en"].sms.text == "first {{ title }}"


def test_what_its_own_sample_does_not_render_is_not_kept(store, clock):
    with pytest.raises(MissingVariables):
        put(store, clock, sample={})
    with pytest.raises(UnsafeLink):
        put(store, clock, html='<a href="javascript:alert(1)">x</a>')
    with pytest.raises(BadTemplate):
        put(store, clock, html="{% include 'x' %}")
    with pytest.raises(NotFound):
        find_template(store, "sale")


def test_every_language_is_tried(store, clock):
    broken = {
        "email": {"subject": "x", "text": "x", "html": "x"},
        "sms": {"text": "{{ other }}"},
        "push": {"title": "x", "text": "x"},
    }
    good = change().languages["en"].model_dump()
    wanted = TemplateChange.model_validate(
        {"languages": {"en": good, "de": broken}, "sample": {"title": "x"}}
    )
    with pytest.raises(MissingVariables):
        put_template(store, "sale", wanted, caller=ADMIN, clock=clock)


def test_a_name_is_in_small_letters(store, clock):
    with pytest.raises(Invalid):
        put(store, clock, name="Summer-Sale")


def test_no_sample_has_a_card_number_however_deep():
    with pytest.raises(ValueError, match="card"):
        change(sample={"title": [{"x": "4111 1111 1111 1111"}]})


def test_english_has_to_be_there():
    with pytest.raises(ValueError, match="missing"):
        change(languages=("de",))


def test_a_subject_of_two_lines_is_refused():
    with pytest.raises(ValueError, match="subject"):
        change(subject="a\nBcc: b@c.example")


def test_a_preview_renders_the_sample_with_what_is_given_over_it(store, clock):
    put(store, clock)
    shown = preview_template(store, "sale", Preview(data={"title": "Winter"}))
    assert (shown.subject, shown.version) == ("Sale: Winter", 1_000)
    assert preview_template(store, "sale", Preview(channel="sms")).text == "Sale: Summer"


def test_a_preview_of_a_change_keeps_nothing(store):
    shown = preview_template(store, "sale", Preview(change=change()))
    assert (shown.subject, shown.version) == ("Sale: Summer", None)
    with pytest.raises(NotFound):
        find_template(store, "sale")


def test_a_preview_of_what_is_not_there_is_not_found(store):
    with pytest.raises(NotFound):
        preview_template(store, "nonsense", Preview())
    with pytest.raises(NotFound):
        find_template(store, "welcome", 2)


def test_a_notification_keeps_the_version_that_was_current_when_it_was_made(store, house, clock):
    creating = Creating(house.notes, house.lists, clock, pin=store.pin)
    wanted = NewNotification(user_id="u", template="sale", data={"title": "x"}, category="marketing")
    put(store, clock)
    made = create_notification(wanted, creating, created_by="t", notification_id="n1")
    put(store, clock, said="Later: {{ title }}")
    assert house.note(made.notification_id).template_version == 1_000
    with pytest.raises(MissingVariables):
        create_notification(
            wanted.model_copy(update={"data": {}}), creating, created_by="t", notification_id="n2"
        )
    assert store.pin("welcome", {}) == 1
