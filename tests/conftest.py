"""Fixtures that all tests share. Unit, security and performance tests run in process: a fake environment, no
network, moto for AWS. Integration and e2e tests speak to real engines, with fixtures of their own."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import pytest_socket
from moto import mock_aws

from omnilife.core import aws as aws_clients
from omnilife.core import secrets as known_secrets
from omnilife.core.afterwards import process_afterwards
from omnilife.core.cache import process_cache
from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.identity import KeyMaker, TrustedKeys, rotate_signing_key
from omnilife.identity.sign_tokens import process_signer
from omnilife.search import configurations as search_configurations
from tests.support import http, quick_moto
from tests.support.functions import Functions
from tests.support.templates import table_properties
from tests.support.tokens import SigningKey, access_claims

# Machines differ in speed; what an example takes is no property of the code.
hypothesis.settings.register_profile("project", deadline=None, print_blob=True)
hypothesis.settings.load_profile("project")

quick_moto.install()

TESTS = Path(__file__).parent
KINDS = {"unit", "integration", "e2e", "security", "performance"}
REAL_ENGINES = {"integration", "e2e"}

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "STAGE": "test",
    "POWERTOOLS_SERVICE_NAME": "tests",
    "POWERTOOLS_METRICS_NAMESPACE": "OmniLife",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "LOG_LEVEL": "INFO",
    "TRUST_TABLE": "trust",
    "CATALOGUE_TABLE": "catalogue",
    "CHECKOUT_TABLE": "checkout",
    "RETURN_WINDOW_DAYS": "30",
    "RETURN_SHIPPING": "whole",
    "MAX_UNITS_PER_PRODUCT": "999",
    "PRICES_INCLUDE_TAX": "false",
    "TAX_ROUNDING": "line",
    "SEARCH_TABLE": "search",
    "IDENTITY_TABLE": "identity",
    "NOTIFICATIONS_TABLE": "notifications",
    "SENDER_ADDRESS": "no-reply@shop.example",
    "PUBLIC_BASE_URL": "https://shop.example",
    "API_BASE_URL": "https://api.shop.example",
    "DELIVERY_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/messages",
    "PROVIDER_RATE": "100",
    "LINKS_SECRET_ARN": "omnilife/links",
    "MAIL_SECRET_ARN": "omnilife/mail",
    "SMS_SECRET_ARN": "omnilife/sms",
    "PUSH_SECRET_ARN": "omnilife/push",
    "SECURITY_TABLE": "security",
    "DEVICE_SECRET_ARN": "omnilife/device",
    "PAYMENT_WEBHOOK_SECRET_ARN": "omnilife/payment-webhook",
    "PAYMENT_KEY_SECRET_ARN": "omnilife/payment-key",
    "PAYMENT_GATEWAY_URL": "http://payments.invalid",
    "MAX_LOGIN_ATTEMPTS": "5",
    "LOGIN_LOCKOUT_DURATION": "900",
    "SUSPICIOUS_ACTIVITY_THRESHOLD": "0.7",
    "EVENT_BUS": "omnilife",
    "VALKEY_URL": "",
    "VALKEY_IAM_USER": "",
    "VALKEY_CACHE_NAME": "",
    "OPENSEARCH_URL": "http://opensearch.invalid:9200",
    "SEARCH_ALIAS": "products",
    "CURSOR_SECRET_ARN": "omnilife/cursor",
    "EDGE_SECRET_ARN": "omnilife/edge",
    "CART_SECRET_ARN": "omnilife/cart",
    "SINGLE_USE_SECRET_ARN": "omnilife/single-use",
    "SIGNING_KEY_ARN": "arn:aws:kms:eu-central-1:123456789012:key/first",
    "SIGNING_KEY_TAG": "omnilife-test",
    "TOKEN_ISSUER": "https://api.example.com",
    "TOKEN_AUDIENCE": "omnilife",
    "SHOP_CURRENCY": "USD",
    "IMPORTS_BUCKET": "imports",
    "EXPORTS_BUCKET": "exports",
    "IMAGES_TABLE": "images",
    "ORIGINALS_BUCKET": "originals",
    "MEDIA_BUCKET": "media",
    "MEDIA_BASE_URL": "",
    "IMAGES_PER_DAY": "500",
    "IMAGE_BYTES_PER_DAY": "2147483648",
    "UPLOADS_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/uploads",
    "ENCRYPTION_KEY_ARN": "arn:aws:kms:eu-central-1:123456789012:key/data",
    "RATE_LIMITS": "read=600/60,write=120/60,search=300/60,auth=20/60",
    "APP_VERSION": "test",
}


def _kind(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test's folder is its first marker."""
    for item in items:
        if item.path.is_relative_to(TESTS) and _kind(item.path) in KINDS:
            item.add_marker(_kind(item.path))


@pytest.fixture(autouse=True)
def environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every variable that a template sets, credentials that open nothing, and no way to the network."""
    if _kind(request.path) in REAL_ENGINES:
        yield
        return
    for variable in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)
    pytest_socket.disable_socket(allow_unix_socket=True)
    forget_everything()
    yield
    forget_everything()
    pytest_socket.enable_socket()


def forget_everything() -> None:
    """Empty what a process keeps between requests, as a new process would."""
    process_afterwards().wait(5)
    aws_clients.reset()
    known_secrets.reset()
    process_cache.cache_clear()
    process_signer.cache_clear()
    search_configurations.forget()


@pytest.fixture
def aws(environment: None) -> Iterator[None]:
    """AWS, as moto has it: empty, in this process."""
    with mock_aws():
        yield
        process_afterwards().wait(5)
        aws_clients.reset()


def create_table(name: str, properties: dict[str, Any]) -> Table:
    aws_clients.client("dynamodb").create_table(TableName=name, **properties)
    return Table(name)


@pytest.fixture
def catalogue_table(aws: None) -> Table:
    """The catalogue's table, with the template's own keys, indexes and stream."""
    return create_table("catalogue", table_properties("CatalogueTable"))


@pytest.fixture
def checkout_table(aws: None) -> Table:
    """Checkout's table, as the template has it."""
    return create_table("checkout", table_properties("CheckoutTable"))


@pytest.fixture
def search_table(aws: None) -> Table:
    """Search's table, as the template has it."""
    return create_table("search", table_properties("SearchTable"))


@pytest.fixture
def identity_table(aws: None) -> Table:
    """Identity's table, as the template has it."""
    return create_table("identity", table_properties("IdentityTable"))


@pytest.fixture
def security_table(aws: None) -> Table:
    """Security's table, as the template has it."""
    return create_table("security", table_properties("SecurityTable"))


@pytest.fixture
def notifications_table(aws: None) -> Table:
    """Notifications' table, as the template has it."""
    return create_table("notifications", table_properties("NotificationsTable"))


@pytest.fixture
def images_table(aws: None) -> Table:
    """The images' table, as the template has it."""
    return create_table("images", table_properties("ImagesTable"))


@pytest.fixture
def trust_table(aws: None) -> Table:
    """The trust table, empty: nobody is denied, and no key is known."""
    return create_table("trust", table_properties("TrustTable"))


@pytest.fixture
def clock() -> FixedClock:
    """Noon of a Tuesday, until it is told to advance."""
    return FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))


@pytest.fixture
def ids() -> IdMaker:
    """`id-0001`, `id-0002`, …"""
    made = iter(range(1, 10_000))
    return lambda: f"id-{next(made):04}"


@pytest.fixture
def secrets(aws: None) -> dict[str, str]:
    """The secrets that the environment names, and their texts by name."""
    texts = {
        "omnilife/cursor": "c" * 43,
        "omnilife/edge": "e" * 43,
        "omnilife/single-use": "s" * 43,
        "omnilife/device": "d" * 43,
        "omnilife/payment-webhook": "w" * 43,
        "omnilife/payment-key": "p" * 43,
        "omnilife/cart": "k" * 43,
        "omnilife/links": "l" * 43,
        "omnilife/mail": "{}",
        "omnilife/sms": "{}",
        "omnilife/push": "{}",
    }
    client = aws_clients.client("secretsmanager")
    for name, text in texts.items():
        client.create_secret(Name=name, SecretString=text)
    return texts


@pytest.fixture
def signing_key(trust_table: Table) -> SigningKey:
    """A signing key whose public half stands in the trust table."""
    key = SigningKey.generate()
    trust_table.put({"pk": "KEYS", "sk": key.kid, "jwk": json.dumps(key.jwk()), "state": "signing"})
    return key


@pytest.fixture
def kms_key(trust_table: Table, monkeypatch: pytest.MonkeyPatch) -> str:
    """The root template's key in KMS, published in the trust table: tokens can be signed."""
    arn: str = aws_clients.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")[
        "KeyMetadata"
    ]["Arn"]
    monkeypatch.setenv("SIGNING_KEY_ARN", arn)
    rotate_signing_key(
        TrustedKeys(trust_table),
        KeyMaker.from_environment(),
        clock=FixedClock(datetime(2026, 1, 1, tzinfo=UTC)),
    )
    return arn


@pytest.fixture
def token(signing_key: SigningKey) -> Callable[..., str]:
    """`token(role="merchant", sub="merchant-1", **claims)`: an access token that is valid for 15 minutes."""

    def make(role: str | None = None, sub: str = "user-1", **claims: Any) -> str:
        issuer, audience = ENVIRONMENT["TOKEN_ISSUER"], ENVIRONMENT["TOKEN_AUDIENCE"]
        return signing_key.sign(access_claims(role, sub, issuer=issuer, audience=audience, changed=claims))

    return make


@pytest.fixture
def invoke() -> Functions:
    """`invoke("catalogue/get_product", event)`: what that function's handler answers."""
    return Functions()


@pytest.fixture
def http_event() -> Callable[..., dict[str, Any]]:
    """`http_event("GET", "/path", query=…, headers=…, body=…, path_parameters=…)`, for `invoke`."""
    return http.http_event
