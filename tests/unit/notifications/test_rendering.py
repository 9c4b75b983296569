"""What notifications say: in languages, on channels, and within limits."""

import contextlib
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.notifications import sandbox
from omnilife.notifications.message_templates import Template, Texts, shipped, shipped_names
from omnilife.notifications.models import CHANNELS, Content
from omnilife.notifications.problems import (
    BadTemplate,
    MissingVariables,
    TemplateTooCostly,
    UnknownTemplate,
    UnsafeLink,
)
from omnilife.notifications.rendering import (
    MAX_PUSH,
    MAX_SMS,
    links_of,
    render,
    render_content,
    render_template,
)
from omnilife.notifications.rendering import (
    given as given_values,
)
from omnilife.notifications.sandbox import run, variables_of
from omnilife.notifications.store_templates import pin_shipped

MISSION = {"welcome", "order_confirmation", "price_alert", "security_alert", "reminder"}
LANGUAGES = ("en", "de")


def values(**more):
    return given_values("en", "en", more)


def written(**parts):
    texts = {
        "email": {"subject": "S", "text": "T", "html": "<p>H</p>"},
        "sms": {"text": "sms"},
        "push": {"title": "t", "text": "p"},
    } | parts
    return Template(name="own", version=1000, languages={"en": Texts.model_validate(texts)})


def test_the_missions_five_templates_ship():
    assert shipped_names() >= MISSION


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(shipped_names()))
def test_every_template_that_ships_says_something_on_every_channel(name, language, channel):
    template = shipped(name)
    rendered = render(name, 1, language, channel, {"name": "Ada", **template.sample})
    assert rendered.subject.strip()
    assert rendered.text.strip()
    assert "{{" not in rendered.text + (rendered.html or "")
    assert (rendered.html is not None) == (channel == "email")


@pytest.mark.parametrize("name", sorted(shipped_names()))
def test_what_a_template_that_ships_takes_is_what_it_says_it_takes(name):
    template = shipped(name)
    taken = set()
    for texts in template.languages.values():
        for _, part in texts:
            for field, source in part:
                taken |= variables_of(source, html=field == "html")
    assert taken == set(template.variables)
    assert set(template.variables) <= template.sample.keys()
    assert set(template.languages) == set(LANGUAGES)


def test_money_and_dates_are_written_as_the_reader_writes_them():
    sample = shipped("order_confirmation").sample
    english = render("order_confirmation", 1, "en", "email", {**sample, "time_zone": "Asia/Tokyo"}).text
    german = render("order_confirmation", 1, "de-DE", "email", sample).text
    assert "Total: €97.60" in english
    assert "November 25, 2026" in english
    assert re.search(r"Summe: 97,60\s€", german)
    assert "25. November 2026" in german


def test_a_time_is_told_in_the_readers_zone_with_its_name():
    data = {"what": "password", "at": "2026-07-01T22:30:00Z", "time_zone": "Europe/Berlin", "name": "Ada"}
    assert "2. Juli" in run("{{ at|date }}", given_values("de", "de", data))
    text = render("security_alert", 1, "en", "email", data).text
    assert "Jul 2, 2026" in text
    assert "12:30:00" in text


@pytest.mark.parametrize(
    ("asked", "got"), [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("fr", "en"), ("zh-Hant-TW", "en")]
)
def test_a_reader_gets_the_language_or_the_next_best_one(asked, got):
    assert shipped("welcome").texts(asked)[0] == got


def test_an_unknown_template_is_refused_when_a_notification_is_made():
    with pytest.raises(UnknownTemplate):
        pin_shipped("nonsense", {})


def test_an_unknown_version_is_refused():
    with pytest.raises(UnknownTemplate):
        render("welcome", 2, "en", "email", {})


def test_what_the_data_lack_is_named_when_a_notification_is_made():
    with pytest.raises(MissingVariables) as refused:
        pin_shipped("price_alert", {"product": "Lamp", "url": "https://x.example"})
    assert [error.pointer for error in refused.value.errors] == ["/data/price"]


def test_what_is_missing_deeper_is_named_when_it_is_rendered():
    with pytest.raises(MissingVariables) as refused:
        run("{{ order.total }}", values(order={}))
    assert "total" in refused.value.detail
    assert refused.value.errors[0].pointer == "/data/total"


def test_what_is_put_into_a_mail_is_text_and_never_markup():
    html = render("reminder", 1, "en", "email", {"title": "<script>", "text": "<img src=x onerror=y>"}).html
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_text_part_is_not_escaped():
    assert "Fish & Chips" in render("reminder", 1, "en", "email", {"title": "x", "text": "Fish & Chips"}).text


@given(title=st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_subject_has_more_than_one_line_whatever_is_put_into_it(title):
    rendered = render("reminder", 1, "en", "email", {"title": title + "\r\nBcc: x@y.example", "text": "t"})
    assert len(rendered.subject.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f]", rendered.subject + rendered.preheader)
    assert len(rendered.subject) <= 200


def test_a_mail_without_a_template_has_its_text_both_ways():
    rendered = render_content(
        Content(title="News", text="a < b\nc", link="https://x.example/?a=1&b=2"), "email"
    )
    assert "a < b\nc\n\nhttps://x.example/?a=1&b=2" in rendered.text
    assert "a &lt; b\nc" in rendered.html
    assert rendered.links == ("https://x.example/?a=1&b=2",)


@pytest.mark.parametrize(("channel", "most"), [("sms", MAX_SMS), ("push", MAX_PUSH)])
def test_what_is_too_long_for_a_channel_is_cut_where_one_sees_it(channel, most):
    rendered = render_content(Content(title="News", text="x" * 5_000), channel)
    assert len(rendered.text) == most
    assert rendered.text.endswith("…")


def test_a_template_whose_sms_is_too_long_is_refused():
    with pytest.raises(BadTemplate):
        render_template(written(sms={"text": "x" * 1_700}), "en", "sms", {})


def test_an_unsubscribe_link_is_in_both_parts():
    url = "https://shop.example/u/token"
    rendered = render("welcome", 1, "en", "email", {"unsubscribe_url": url})
    assert f"Unsubscribe: {url}" in rendered.text
    assert f'href="{url}"' in rendered.html


def test_what_cannot_be_switched_off_says_so():
    assert "cannot be switched off" in render("welcome", 1, "en", "email", {"mandatory": True}).html


def test_data_cannot_change_what_the_layout_says():
    assert (
        "bogus" not in render("welcome", 1, "en", "email", {"words": {"why": "bogus"}, "lang": "bogus"}).html
    )


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "/x", "https://"],
)
def test_a_link_that_is_no_page_is_refused_wherever_it_comes_from(link):
    with pytest.raises(UnsafeLink):
        render("reminder", 1, "en", "email", {"title": "x", "text": "y", "url": link})
    with pytest.raises(UnsafeLink):
        render("reminder", 1, "en", "push", {"title": "x", "text": "y", "url": link})


def test_a_picture_from_an_odd_scheme_is_refused_too():
    with pytest.raises(UnsafeLink):
        links_of('<img src="file:///etc/passwd">', "/html")


def test_links_are_found_in_their_order_once_and_mail_addresses_are_left_alone():
    html = '<a href="https://b.example/?x=1&amp;y=2">b</a><a href="mailto:a@b.example">m</a><a href="https://b.example/?x=1&amp;y=2">b</a>'
    assert links_of(html, "/html") == ("https://b.example/?x=1&y=2",)


# -- what a template cannot do -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__ }}",
        "{{ name['__class__'] }}",
        "{{ words.__init__.__globals__ }}",
    ],
)
def test_a_template_cannot_reach_pythons_insides(source):
    with pytest.raises((BadTemplate, MissingVariables)):
        run(source, values())


@pytest.mark.parametrize(
    "source",
    [
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% set x = 1 %}",
        "{% include 'layout' %}",
        "{% import 'layout' as x %}",
        "{% extends name %}",
        "{% extends 'other' %}",
        "{{ range(1000000000) }}",
        "{{ name.upper() }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ name|center(1000000000) }}",
        "{{ name|replace('a', 'b') }}",
        "{{ name|safe }}",
        "{{ name|join(name) }}",
        "{{ name|truncate(*name) }}",
        "{% for x in name recursive %}{{ loop(x) }}{% endfor %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape false %}{{ name }}{% endautoescape %}",
        "{{ name is sameas name }}",
        "{{ 'x" + "y" * 2_001 + "' }}",
        "{{ " + "~".join(["name"] * 201) + " }}",
        "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
        "{% if %}",
        "{{ unclosed",
    ],
)
def test_what_messages_do_not_need_is_no_template(source):
    with pytest.raises(BadTemplate):
        run(source, values(name="x"))


def test_an_error_says_the_line_and_where():
    with pytest.raises(BadTemplate) as refused:
        run("fine\n{% set x = 1 %}", values(), pointer="/languages/en/email/text")
    assert refused.value.errors[0].pointer == "/languages/en/email/text"
    assert "line 2" in refused.value.errors[0].detail


def test_loops_inside_loops_come_to_an_end():
    nested = "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(TemplateTooCostly):
        run(nested, values(x=list(range(200))))


def test_as_many_turns_as_allowed_pass_and_one_more_does_not():
    source = "{% for a in x %}.{% endfor %}"
    assert len(run(source, values(x=list(range(sandbox.MAX_STEPS))))) == sandbox.MAX_STEPS
    with pytest.raises(TemplateTooCostly):
        run(source, values(x=list(range(sandbox.MAX_STEPS + 1))))


def test_a_part_that_grows_too_long_is_stopped_while_it_grows():
    with pytest.raises(TemplateTooCostly):
        run("{% for a in x %}" + "y" * 1_000 + "{% endfor %}", values(x=list(range(4_000))))
    with pytest.raises(TemplateTooCostly):
        run("{% for a in x %}{{ y }}{% endfor %}", values(x=list(range(4_000)), y="z" * 1_000))


def test_a_part_that_takes_too_long_is_stopped():
    clock = iter([0.0, 0.5, 1.0, 3.0, 4.0])
    with pytest.raises(TemplateTooCostly):
        run("{% for a in x %}.{% endfor %}", values(x=[1, 2, 3, 4]), monotonic=lambda: next(clock))


def test_a_value_that_cannot_be_formatted_says_what_is_wrong_and_not_the_value():
    with pytest.raises(BadTemplate) as refused:
        run("{{ x|money }}", values(x={"amount": "4711-secret", "currency": "EUR"}))
    assert "secret" not in str(refused.value.to_dict())


def test_a_loop_knows_its_length_and_its_last_turn():
    source = (
        "{% for a in x %}{{ a }}/{{ loop.length }}{% if not loop.last %}, {% endif %}"
        "{% else %}none{% endfor %}"
    )
    assert run(source, values(x=["a", "b"])) == "a/2, b/2"
    assert run(source, values(x=[])) == "none"


@given(source=st.text(alphabet=string.ascii_letters + "{}%|. _'\"()[]~+-\n", max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_is_a_text_or_a_problem(source):
    with contextlib.suppress(BadTemplate, MissingVariables, TemplateTooCostly):
        assert isinstance(run(source, values(x=[1])), str)


def test_what_is_asked_for_with_default_may_be_missing():
    source = (
        "{{ a }}{{ b|default('') }}{% if c is defined %}{{ c }}{% endif %}"
        "{% for i in items %}{{ i }}{% endfor %}"
    )
    assert variables_of(source) == {"a", "items"}
