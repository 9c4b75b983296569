"""Mails: what they say, and what cannot get into them."""

from email.message import EmailMessage

import pytest
from jinja2 import UndefinedError

from omnilife.notifications.templates import FOLDER, LINKS, VARIABLES, link_to, render_mail

TOKEN = "0199b2c4.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"


def values(template, **changed):
    filled = {name: f"<{name}>" for name in VARIABLES[template]}
    link = link_to(template, "https://shop.example", TOKEN if template in LINKS else None)
    return {
        **filled,
        "name": "Ada",
        "code": TOKEN,
        "link": link,
        "base_url": "https://shop.example",
        **changed,
    }


@pytest.mark.parametrize("template", VARIABLES)
def test_every_mail_has_a_subject_a_text_part_and_an_html_part_that_say_the_same(template):
    mail = render_mail(template, "en", values(template))

    assert mail.subject
    assert mail.subject in mail.html
    for part in (mail.text, mail.html):
        assert "Hello Ada," in part
        assert "https://shop.example/account" in part
    assert (TOKEN in mail.text) == (template in LINKS)
    assert (TOKEN in mail.html) == (template in LINKS)


@pytest.mark.parametrize("template", VARIABLES)
def test_html_is_escaped_and_text_is_not(template):
    mail = render_mail(template, "en", values(template, name="<b>&"))

    assert "Hello &lt;b&gt;&amp;," in mail.html
    assert "Hello <b>&," in mail.text


@pytest.mark.parametrize("template", VARIABLES)
def test_no_value_can_add_a_line_to_a_subject_or_a_part(template):
    name = "Ada\r\nBcc: all@example.com\u2028x"
    mail = render_mail(template, "en", values(template, name=name))
    message = EmailMessage()
    message["Subject"] = mail.subject

    assert "Hello Ada Bcc: all@example.com x," in mail.text


@pytest.mark.parametrize("template", [name for name, wanted in VARIABLES.items() if wanted])
def test_a_value_that_is_missing_is_an_error_that_names_it(template):
    missing = min(VARIABLES[template])
    given = values(template)
    del given[missing]

    with pytest.raises(UndefinedError, match=missing):
        render_mail(template, "en", given)


@pytest.mark.parametrize("locale", ["de", "en-GB", "xx-YY", "../..", "EN"])
def test_a_language_that_there_is_none_of_falls_back_to_english(locale):
    assert render_mail("reset", locale, values("reset")).subject == "Choose a new password"


def test_a_template_cannot_reach_what_it_was_not_given():
    sources = "".join(path.read_text() for path in FOLDER.rglob("*.*"))

    assert "import" not in sources.replace("important", "")
    assert "http://" not in sources


def test_the_token_is_behind_the_fragment_where_no_server_logs_it():
    assert (
        link_to("verify", "https://shop.example/", "t.x")
        == "https://shop.example/account/verify-email#token=t.x"
    )
    assert link_to("changed", "https://shop.example", None) == "https://shop.example/account"


@pytest.mark.parametrize(("what", "signs_out"), [("password", True), ("e-mail address", False)])
def test_who_changed_something_is_told_whether_that_signed_others_out(what, signs_out):
    mail = render_mail("changed", "en", values("changed", what=what))

    assert f"Your {what} was changed." in mail.text
    assert [("signed out" in part) for part in (mail.text, mail.html)] == [signs_out, signs_out]
