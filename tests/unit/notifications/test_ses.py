"""SES, whose answers are taken for what they say: gone, later, never, or that nobody knows."""

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from omnilife.notifications.provider import Message, ProviderDown, Refused, Rendered, RetryLater
from omnilife.notifications.ses import SesProvider

URL = "https://email.eu-central-1.amazonaws.com"


class Ses:
    """Keeps what it is asked, and answers as told."""

    def __init__(self, error=None):
        self.asked, self.error = [], error

    def send_email(self, **asked):
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        return {"MessageId": "ses-1"}


def send(ses, *, html="<p>Hello</p>"):
    message = Message(
        Rendered("Hi", "Hello", html), "n1.email", {"channel": "email"}, {"List-Unsubscribe": "<x>"}
    )
    return SesProvider("shop@shop.example", ses).send(message, to="ada@example.com")


def answered(code, status):
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "SendEmail")


def test_a_mail_has_both_parts_its_headers_and_its_tags():
    ses = Ses()
    assert send(ses) == "ses-1"
    [asked] = ses.asked
    simple = asked["Content"]["Simple"]
    assert asked["FromEmailAddress"] == "OmniLife <shop@shop.example>"
    assert asked["Destination"] == {"ToAddresses": ["ada@example.com"]}
    assert simple["Subject"]["Data"] == "Hi"
    assert {kind: part["Data"] for kind, part in simple["Body"].items()} == {
        "Text": "Hello",
        "Html": "<p>Hello</p>",
    }
    assert simple["Headers"] == [{"Name": "List-Unsubscribe", "Value": "<x>"}]
    assert asked["EmailTags"] == [{"Name": "channel", "Value": "email"}]


def test_a_mail_of_text_alone_has_no_html_part():
    ses = Ses()
    send(ses, html=None)
    assert list(ses.asked[0]["Content"]["Simple"]["Body"]) == ["Text"]


@pytest.mark.parametrize(
    ("code", "status", "failure"),
    [
        ("TooManyRequestsException", 429, RetryLater),
        ("ThrottlingException", 429, RetryLater),
        ("LimitExceededException", 400, RetryLater),
        ("SendingPausedException", 400, RetryLater),
        ("AccountSuspendedException", 400, ProviderDown),
        ("MailFromDomainNotVerifiedException", 400, ProviderDown),
        ("AccessDeniedException", 403, ProviderDown),
        ("ExpiredTokenException", 403, ProviderDown),
        ("UnrecognizedClientException", 401, ProviderDown),
        ("MessageRejected", 400, Refused),
        ("BadRequestException", 400, Refused),
    ],
)
def test_an_answer_means_what_it_says(code, status, failure):
    with pytest.raises(failure) as failed:
        send(Ses(answered(code, status)))
    assert failed.value.code == code


@pytest.mark.parametrize("error", [EndpointConnectionError, ConnectTimeoutError])
def test_who_was_never_reached_has_not_taken_it(error):
    with pytest.raises(ProviderDown, match="unreachable"):
        send(Ses(error(endpoint_url=URL)))


@pytest.mark.parametrize(
    "error", [answered("InternalFailure", 500), ReadTimeoutError(endpoint_url=URL)], ids=["5xx", "silent"]
)
def test_what_may_have_been_taken_is_left_open(error):
    with pytest.raises(type(error)):
        send(Ses(error))
