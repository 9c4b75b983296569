"""Push messages by firebase-admin: Firebase Cloud Messaging, HTTP v1, in one try.

The secret is a service account's JSON file as Google gives it, with `fcm_url` beside it where another address
than Google's is to be called. An empty one means that there is no project.
Source: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from omnilife.core.config import Settings
from omnilife.core.secrets import secret
from omnilife.notifications.connecting import never_connected
from omnilife.notifications.models import Channel
from omnilife.notifications.provider import Message, ProviderDown, RecipientInvalid, Refused, RetryLater

GOOGLE = "https://fcm.googleapis.com"
TIMEOUT_S = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FcmSettings(Settings):
    push_secret_arn: str


@dataclass(frozen=True, slots=True)
class FcmProvider:
    """Sends for one project. `account`: the secret's text."""

    account: str
    name: str = "fcm"
    channel: Channel = "push"

    @classmethod
    def from_environment(cls) -> Self:
        return cls(secret(FcmSettings.from_environment().push_secret_arn))

    def send(self, message: Message, *, to: str) -> str:
        """As `Provider.send`."""
        if not json.loads(self.account).get("project_id"):
            raise ProviderDown("not_configured")
        from firebase_admin import exceptions, messaging  # noqa: PLC0415 (deferred: see core.lazy)
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

        rendered = message.rendered
        data = {"notification_id": message.tags["notification_id"]}
        if rendered.link is not None:
            data["link"] = rendered.link
        push = messaging.Message(
            token=to,
            notification=messaging.Notification(title=rendered.subject, body=rendered.text),
            data=data,
            # A message that comes twice replaces itself on the device.
            android=messaging.AndroidConfig(
                collapse_key=message.key,
                notification=messaging.AndroidNotification(tag=message.key),
            ),
            apns=messaging.APNSConfig(headers={"apns-collapse-id": message.key[:64]}),
        )
        try:
            name: str = _service(self.account).send(push)
        except messaging.UnregisteredError as error:
            raise RecipientInvalid("UNREGISTERED") from error
        except messaging.SenderIdMismatchError as error:
            raise RecipientInvalid("SENDER_ID_MISMATCH") from error
        except (messaging.QuotaExceededError, exceptions.ResourceExhaustedError) as error:
            raise RetryLater("QUOTA_EXCEEDED", after_s=_retry_after(error)) from error
        except exceptions.InvalidArgumentError as error:
            raise Refused("INVALID_ARGUMENT") from error
        except (
            messaging.ThirdPartyAuthError,
            exceptions.PermissionDeniedError,
            exceptions.UnauthenticatedError,
            exceptions.NotFoundError,
        ) as error:
            raise ProviderDown(str(error.code)) from error
        except exceptions.UnavailableError as error:
            if error.http_response is None and not never_connected(error.cause or error):
                raise  # it may have been taken
            raise ProviderDown("UNAVAILABLE") from error
        except GoogleAuthError as error:
            raise ProviderDown("credentials") from error
        return name.rpartition("/")[2]


def _retry_after(error: Any) -> int:
    response = error.http_response
    text = "" if response is None else response.headers.get("Retry-After", "")
    return min(900, int(text)) if text.isdigit() else 60


@cache
def _service(account: str) -> Any:
    """The messaging service of one project. There is no other way to another address, or to a single try."""
    import firebase_admin  # noqa: PLC0415 (deferred: see core.lazy)
    from firebase_admin import credentials, messaging  # noqa: PLC0415
    from requests.adapters import HTTPAdapter  # noqa: PLC0415

    said = json.loads(account)
    url = str(said.pop("fcm_url", "") or GOOGLE)
    app = firebase_admin.initialize_app(
        credentials.Certificate(said), {"httpTimeout": TIMEOUT_S}, name=f"app-{abs(hash(account))}"
    )
    service = messaging._MessagingService(app)
    service._fcm_url = f"{url}/v1/projects/{said['project_id']}/messages:send"
    for scheme in ("https://", "http://", GOOGLE):
        service._client.session.mount(scheme, HTTPAdapter(max_retries=0))
    return service
