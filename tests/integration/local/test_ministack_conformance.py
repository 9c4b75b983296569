"""Each event path that the product stands on, once, on the mended MiniStack. To be run when its pin moves."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from local.aws import aws_client
from local.emulator.server import Emulator
from local.ports import free_port
from tests.e2e.shop import eventually

pytestmark = pytest.mark.integration

ROOT = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
  Bus:
    Type: AWS::Events::EventBus
    Properties: {Name: conformance}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}
  Key:
    Type: AWS::KMS::Key
    Properties: {KeySpec: ECC_NIST_P256, KeyUsage: SIGN_VERIFY, KeyPolicy: {}}
  Compute:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: TEMPLATE_URL
      Parameters:
        TableName: !Ref Table
        StreamArn: !GetAtt Table.StreamArn
        BusName: !Ref Bus
        BucketName: !Ref Bucket
Outputs:
  Table: {Value: !Ref Table}
  Bucket: {Value: !Ref Bucket}
  Key: {Value: !Ref Key}
  ApiId: {Value: !GetAtt Compute.Outputs.ApiId}
  RecordArn: {Value: !GetAtt Compute.Outputs.RecordArn}
"""


class Deployed:
    """The two stacks in a MiniStack of their own."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.outputs: dict[str, str] = {}

    def client(self, service: str) -> Any:
        return aws_client(service, self.emulator.url)

    def deploy(self) -> None:
        """The nested template as `sam deploy` does it: uploaded, and named by its address."""
        s3, cloudformation = self.client("s3"), self.client("cloudformation")
        s3.create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        nested = Path(__file__).with_name("conformance.yaml").read_bytes()
        s3.put_object(Bucket="templates", Key="compute.yaml", Body=nested)
        template = ROOT.replace("TEMPLATE_URL", f"{self.emulator.url}/templates/compute.yaml")
        capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
        cloudformation.create_stack(StackName="root", TemplateBody=template, Capabilities=capabilities)
        stack = eventually(
            lambda: cloudformation.describe_stacks(StackName="root")["Stacks"][0],
            until=lambda seen: not seen["StackStatus"].endswith("IN_PROGRESS"),
            within=60,
        )
        events = cloudformation.describe_stack_events(StackName="root")["StackEvents"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", [
            event for event in events if event["ResourceStatus"].endswith("FAILED")
        ]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def call(self, method: str, path: str) -> tuple[int, str]:
        """A request through the front."""
        answer = httpx.request(method, f"{self.emulator.front_url}{path}", timeout=30)
        return answer.status_code, answer.text

    def await_seen(self, what: str) -> None:
        """Wait until RecordFunction has written that it saw `what`."""
        key = {"pk": {"S": "SEEN"}, "sk": {"S": what}}
        eventually(
            lambda: self.client("dynamodb").get_item(TableName=self.outputs["Table"], Key=key).get("Item"),
            until=bool,
            within=30,
        )


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    emulator = Emulator(tmp_path_factory.mktemp("aws"), port=free_port(), front_port=free_port())
    emulator.start()
    try:
        product = Deployed(emulator)
        product.deploy()
        emulator.routes.write_text(json.dumps([["/things*", product.outputs["ApiId"]]]))
        yield product
    finally:
        emulator.stop()


def test_a_request_travels_from_http_over_stream_bus_and_queue_to_a_consumer(deployed: Deployed) -> None:
    name = uuid.uuid4().hex
    assert deployed.call("POST", f"/things/{name}") == (201, name)
    deployed.await_seen(f"queue#{name}")


def test_the_default_route_answers_what_no_other_does(deployed: Deployed) -> None:
    assert deployed.call("GET", "/things/unknown/path") == (404, "no such path")


def test_a_path_that_no_pattern_covers_is_the_fronts_404(deployed: Deployed) -> None:
    status, body = deployed.call("GET", "/elsewhere")
    assert (status, json.loads(body)["type"]) == (404, "/problems/not-found")


def test_an_upload_starts_a_state_machine_which_catches_an_exception_by_its_name(deployed: Deployed) -> None:
    name = uuid.uuid4().hex
    deployed.client("s3").put_object(Bucket=deployed.outputs["Bucket"], Key=name, Body=b"rows")
    deployed.await_seen(f"upload#{name}")


def test_a_schedule_fires_within_seconds(deployed: Deployed) -> None:
    name = f"schedule-{uuid.uuid4().hex}"
    due = datetime.now(UTC) + timedelta(seconds=2)
    deployed.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": deployed.outputs["RecordArn"],
            "RoleArn": "arn:aws:iam::000000000000:role/scheduler",
            "Input": json.dumps({"seen": name}),
        },
    )
    deployed.await_seen(name)


def test_the_signing_key_signs_what_its_public_half_verifies(deployed: Deployed) -> None:
    kms, key_id = deployed.client("kms"), deployed.outputs["Key"]
    digest = hashlib.sha256(b"header.claims").digest()
    signed = kms.sign(KeyId=key_id, Message=digest, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")
    public = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    assert isinstance(public, EllipticCurvePublicKey)
    public.verify(signed["Signature"], digest, ECDSA(Prehashed(SHA256())))
    with pytest.raises(InvalidSignature):
        public.verify(signed["Signature"], hashlib.sha256(b"another").digest(), ECDSA(Prehashed(SHA256())))


def test_a_table_has_its_time_to_live_and_its_recovery(deployed: Deployed) -> None:
    dynamodb, table = deployed.client("dynamodb"), deployed.outputs["Table"]
    ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "expires_at")
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_what_was_written_is_there_after_a_clean_stop(deployed: Deployed) -> None:
    name = uuid.uuid4().hex
    assert deployed.call("POST", f"/things/{name}") == (201, name)
    deployed.await_seen(f"queue#{name}")
    deployed.emulator.stop()
    deployed.emulator.start()
    key = {"pk": {"S": name}, "sk": {"S": "THING"}}
    found = deployed.client("dynamodb").get_item(TableName=deployed.outputs["Table"], Key=key)
    assert found["Item"]["pk"] == {"S": name}
    assert deployed.call("POST", f"/things/{name}") == (201, name)
