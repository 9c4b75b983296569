"""The KMS keys that sign access tokens. A private key never leaves KMS; here are only their names.

Which keys are ours is told by a tag, which the key of the root template has and each one that is made here
gets: roles may sign with, make and give up keys of that tag and no others.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.config import Settings
from omnilife.core.errors import Unavailable
from omnilife.identity.signatures import public_jwk, raw_signature

TAG = "omnilife:signs-tokens-of"
PENDING_DAYS = 30
"""How long a key that no longer signs can still be brought back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyServiceSettings(Settings):
    signing_key_arn: str
    signing_key_tag: str


@dataclass(frozen=True, slots=True)
class KeyService:
    """KMS, as far as signing goes."""

    client: Any = None

    def sign(self, key_arn: str, message: bytes) -> bytes:
        """The ES256 signature of `message`, 64 bytes. Cost: one request to KMS.

        Raises:
            Unavailable: KMS does not answer, or the key may not sign.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        try:
            answer = self._kms().sign(
                KeyId=key_arn, Message=message, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("Nobody can be signed in now. Try again shortly.") from error
        return raw_signature(answer["Signature"])

    def public_key(self, key_arn: str) -> dict[str, str]:
        """The public half, as a JWK."""
        return public_jwk(self._kms().get_public_key(KeyId=key_arn)["PublicKey"])

    def _kms(self) -> Any:
        return self.client or aws.client("kms")


@dataclass(frozen=True, slots=True)
class KeyMaker(KeyService):
    """KMS, for whoever rotates keys.

    Attributes:
        first_key_arn: the key of the root template, which CloudFormation keeps.
        tag: the value of `TAG`.
        tags: the client of AWS's tagging API; the process's own by default.
    """

    first_key_arn: str = field(kw_only=True)
    tag: str = field(kw_only=True)
    tags: Any = field(default=None, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        settings = KeyServiceSettings.from_environment()
        return cls(first_key_arn=settings.signing_key_arn, tag=settings.signing_key_tag)

    def create(self) -> str:
        """The ARN of a new key pair on P-256."""
        answer = self._kms().create_key(
            Description="OmniLife, ES256 signatures of access tokens; made by rotation",
            KeySpec="ECC_NIST_P256",
            KeyUsage="SIGN_VERIFY",
            Policy=json.dumps(self._policy()),
            Tags=[{"TagKey": TAG, "TagValue": self.tag}],
        )
        return str(answer["KeyMetadata"]["Arn"])

    def spare(self, known: Collection[str]) -> str | None:
        """A key that was made here and never published, because its maker died in between; None if none is.

        Args:
            known: ARNs of the keys that are published.
        """
        tagged = self.tags or aws.client("resourcegroupstaggingapi")
        wanted = {"Key": TAG, "Values": [self.tag]}
        token = ""
        while True:
            page = tagged.get_resources(
                TagFilters=[wanted], ResourceTypeFilters=["kms:key"], PaginationToken=token
            )
            for found in page["ResourceTagMappingList"]:
                arn: str = found["ResourceARN"]
                if arn not in {*known, self.first_key_arn} and self._may_sign(arn):
                    return arn
            token = page.get("PaginationToken", "")
            if not token:
                return None

    def _may_sign(self, key_arn: str) -> bool:
        key = self._kms().describe_key(KeyId=key_arn)["KeyMetadata"]
        return bool(key["KeyState"] == "Enabled" and key["KeySpec"] == "ECC_NIST_P256")

    def give_up(self, key_arn: str) -> None:
        """Have a key deleted after `PENDING_DAYS`; one that is on its way out already stays so."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        try:
            self._kms().schedule_key_deletion(
                KeyId=key_arn.rpartition("/")[2], PendingWindowInDays=PENDING_DAYS
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"KMSInvalidStateException", "NotFoundException"}:
                raise

    def _policy(self) -> dict[str, Any]:
        """As the root template's key has it: IAM decides, and other accounts sign with nothing of ours."""
        partition, account = (self.first_key_arn.split(":")[part] for part in (1, 4))
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "AccountAdministersTheKeyThroughIam",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    "Sid": "SignForThisAccountOnly",
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": ["kms:Sign", "kms:CreateGrant"],
                    "Resource": "*",
                    "Condition": {"StringNotEquals": {"kms:CallerAccount": account}},
                },
            ],
        }
