"""What a deployment shows, asks, refuses and does, on a CloudFormation in memory."""

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra import backup_region, checks, deploy, preflight, restore, site_upload, smoke, undeploy
from infra.deploy import Installer, RefusedPlan, asking, refuse_losses
from infra.installation import Installation, NotDeployable
from infra.package import Package
from infra.preflight import Shortfall
from infra.stack import Plan, ResourceChange, StackError, policy
from tests.infra.fake_cloudformation import FakeBucket, FakeCloudFormation, stack_of

TABLE: Mapping[str, Any] = {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {}}
QUEUE: Mapping[str, Any] = {"Type": "AWS::SQS::Queue", "DeletionPolicy": "RetainExceptOnCreate", "Properties": {}}
SECRET: Mapping[str, Any] = {"Type": "AWS::SecretsManager::Secret", "DeletionPolicy": "Retain", "Properties": {}}
ROLE: Mapping[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {}}
PARAMETERS = {name: {"Type": "String", "Default": ""} for name in ("Stage", "PublicUrl", "DomainName", "PepperVersion")}

NAMED = {"DomainName": "www.example.kz", "CertificateArn": "arn:aws:acm:us-east-1:1:certificate/c"}

TEMPLATE: Mapping[str, Any] = {
    "Parameters": PARAMETERS,
    "Resources": {"EventsTable": TABLE, "LeadsQueue": QUEUE, "Pepper": SECRET, "ApiRole": ROLE},
}


@pytest.fixture(autouse=True)
def uploaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    campaigns: list[str] = []
    monkeypatch.setattr(site_upload, "upload", lambda *details: campaigns.append(details[3]))
    return campaigns


@pytest.fixture
def package(tmp_path: Path) -> Package:
    (tmp_path / "code.zip").write_bytes(b"code")
    return packaged(tmp_path, TEMPLATE)


def packaged(directory: Path, template: Mapping[str, Any]) -> Package:
    (directory / "template.json").write_text(json.dumps(template))
    return Package(directory / "code.zip", directory / "template.json")


def running() -> tuple[FakeCloudFormation, FakeBucket]:
    bucket = FakeBucket()
    cloudformation = FakeCloudFormation(bucket, "CREATE_COMPLETE", TEMPLATE)
    cloudformation.outputs = {"SiteUrl": "https://d1.cloudfront.net", "DocumentsBucketName": "documents"}
    cloudformation.parameters = {"Stage": "test", "PublicUrl": "https://d1.cloudfront.net", "PepperVersion": "v1"}
    return cloudformation, bucket


def installer(cloudformation: FakeCloudFormation, bucket: FakeBucket, agree: deploy.Agree = refuse_losses) -> Installer:
    current = {"VersionIdsToStages": {"v0": ["AWSPREVIOUS"], "v1": ["AWSCURRENT"]}}
    secrets = SimpleNamespace(describe_secret=lambda **_: current)
    return Installer(stack_of(cloudformation, bucket), secrets, agree)


def install(found: Installer, package: Package, **parameters: str) -> dict[str, str]:
    app: Any = None
    return found.install(package, {"Stage": "test", **parameters}, app)


def test_a_new_stack_is_told_its_own_address_and_versions_of_secrets_by_a_second_pass(package: Package) -> None:
    bucket = FakeBucket()
    cloudformation = FakeCloudFormation(bucket)
    cloudformation.outputs = {"SiteUrl": "https://d1.cloudfront.net", "DocumentsBucketName": "documents"}

    install(installer(cloudformation, bucket), package)

    assert cloudformation.done == ["plan CREATE", "carry out CREATE", "plan UPDATE", "carry out UPDATE"]
    assert cloudformation.parameters == {
        "Stage": "test",
        "PublicUrl": "https://d1.cloudfront.net",
        "PepperVersion": "v1",
    }


def test_with_a_name_of_its_own_the_functions_know_the_address_at_once(package: Package) -> None:
    cloudformation, bucket = running()

    install(installer(cloudformation, bucket), package, DomainName="www.example.kz")

    # The template makes it of the name: there is no second pass.
    assert cloudformation.done == ["plan UPDATE", "carry out UPDATE"]
    assert cloudformation.parameters == {"Stage": "test", "DomainName": "www.example.kz", "PepperVersion": "v1"}


def test_an_address_that_the_stage_names_stands(package: Package) -> None:
    cloudformation, bucket = running()

    install(installer(cloudformation, bucket), package, PublicUrl="https://front.example.kz")

    assert cloudformation.parameters["PublicUrl"] == "https://front.example.kz"


def test_a_new_value_of_a_secret_reaches_the_functions_though_nothing_else_changes(package: Package) -> None:
    cloudformation, bucket = running()
    cloudformation.parameters["PepperVersion"] = "v0"

    install(installer(cloudformation, bucket), package)

    assert cloudformation.done == ["plan UPDATE", "carry out UPDATE"]
    assert cloudformation.parameters["PepperVersion"] == "v1"


def test_where_nothing_changes_nothing_is_asked_and_the_files_are_stored(package: Package, uploaded: list[str]) -> None:
    cloudformation, bucket = running()
    cloudformation.parameters["Campaign"] = "2027"

    install(installer(cloudformation, bucket, agree=lambda _: pytest.fail("asked")), package, Campaign="2027")

    assert uploaded == ["2027"]


@pytest.mark.parametrize("name", ["EventsTable", "LeadsQueue", "Pepper"])
def test_what_keeps_data_is_not_removed(tmp_path: Path, package: Package, name: str) -> None:
    cloudformation, bucket = running()
    rest = {key: resource for key, resource in TEMPLATE["Resources"].items() if key != name}

    with pytest.raises(RefusedPlan, match=rf"{name} \(removed\)"):
        install(installer(cloudformation, bucket), packaged(tmp_path, {**TEMPLATE, "Resources": rest}))

    assert cloudformation.done[-1] == "discard"
    assert cloudformation.current == TEMPLATE


def test_what_keeps_data_is_not_replaced_whoever_says_yes(package: Package) -> None:
    cloudformation, bucket = running()
    cloudformation.replaced = {"EventsTable": "True", "ApiRole": "True"}

    with pytest.raises(RefusedPlan, match=r"EventsTable \(replaced\)$"):
        install(installer(cloudformation, bucket, asking(yes=True)), package)

    assert cloudformation.done == ["plan UPDATE", "discard"]


def test_what_keeps_nothing_may_go(tmp_path: Path, package: Package) -> None:
    cloudformation, bucket = running()
    rest = {key: resource for key, resource in TEMPLATE["Resources"].items() if key != "ApiRole"}

    install(installer(cloudformation, bucket), packaged(tmp_path, {**TEMPLATE, "Resources": rest}))

    assert cloudformation.current["Resources"].keys() == rest.keys()


def test_cloudformation_itself_is_told_to_refuse_that(package: Package) -> None:
    cloudformation, bucket = running()
    cloudformation.replaced = {"ApiRole": "True"}

    install(installer(cloudformation, bucket), package)

    assert cloudformation.policy == {
        "Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": ["Update:Replace", "Update:Delete"],
                "Principal": "*",
                "Resource": [f"LogicalResourceId/{name}" for name in ("EventsTable", "LeadsQueue", "Pepper")],
            },
        ]
    }
    assert policy(()) == {"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}


def test_what_a_deployment_that_was_cut_short_made_is_protected_by_the_next_one(package: Package) -> None:
    cloudformation, bucket = running()

    install(installer(cloudformation, bucket), package)

    assert cloudformation.done == ["plan UPDATE", "discard"]
    assert cloudformation.policy == policy({"EventsTable", "LeadsQueue", "Pepper"})


def test_what_only_cloudformation_knows_to_be_replaced_it_refuses(package: Package) -> None:
    cloudformation, bucket = running()
    cloudformation.replaced = {"EventsTable": "Conditional"}

    with pytest.raises(StackError, match="EventsTable: Action denied by stack policy"):
        install(installer(cloudformation, bucket), package)


def test_a_new_stack_is_protected_from_its_first_day(package: Package) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket())
    cloudformation.outputs = {"SiteUrl": "https://d1.cloudfront.net", "DocumentsBucketName": "documents"}

    install(installer(cloudformation, bucket), package, PublicUrl="https://d1.cloudfront.net", PepperVersion="v1")

    assert cloudformation.done == ["plan CREATE", "carry out CREATE"]
    assert cloudformation.policy == policy({"EventsTable", "LeadsQueue", "Pepper"})


def test_a_change_is_shown_and_asked_for(
    package: Package, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudformation, bucket = running()
    cloudformation.replaced = {"ApiRole": "True", "EventsTable": "Conditional"}
    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=lambda: "no\n"))

    with pytest.raises(RefusedPlan, match="you said no"):
        install(installer(cloudformation, bucket, asking(yes=False)), package)

    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if "ApiRole" in line and "yes" in line]
    assert [line for line in said.splitlines() if "EventsTable" in line and "perhaps" in line]
    assert cloudformation.done == ["plan UPDATE", "discard"]


def test_of_a_new_stack_that_nobody_wanted_after_all_nothing_stays(
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket())
    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=lambda: ""))

    with pytest.raises(RefusedPlan):
        install(installer(cloudformation, bucket, asking(yes=False)), package)

    assert "AWS::DynamoDB::Table" in capsys.readouterr().out
    assert cloudformation.done == ["plan CREATE", "discard", "delete"]
    assert cloudformation.status is None


def test_of_a_new_stack_nothing_stays_when_the_question_is_answered_by_ctrl_c(package: Package) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket())

    def interrupted(_: Plan) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(installer(cloudformation, bucket, agree=interrupted), package)

    assert cloudformation.done == ["plan CREATE", "discard", "delete"]


def test_ctrl_c_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_stage: str, *, yes: bool) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deploy, "deploy", interrupted)

    assert deploy.main(["prod"]) == 130
    assert "what CloudFormation has begun goes on" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "prepared"), [("no\n", []), ("yes\n", ["eu-west-1"])])
def test_the_account_is_changed_for_copies_once_that_was_agreed_to(
    answer: str, prepared: list[str], package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, made = deployable(package, monkeypatch, "eu-west-1"), []
    monkeypatch.setattr(backup_region, "make_ready", lambda _session, region, _stage: made.append(region))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=lambda: answer))

    with contextlib.suppress(RefusedPlan):
        deploy.deploy("prod", yes=False)

    assert made == prepared
    assert opened.stack.parameters().get("BackupRegion") == (prepared[0] if prepared else None)


def test_copies_in_the_region_of_the_stage_are_refused(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = deployable(package, monkeypatch, "eu-central-1")

    with pytest.raises(NotDeployable, match="BackupRegion is eu-central-1"):
        deploy.deploy("prod", yes=True)

    assert opened.stack.cloudformation.done == []


def test_machines_are_not_asked(package: Package, capsys: pytest.CaptureFixture[str]) -> None:
    cloudformation, bucket = running()
    cloudformation.replaced = {"ApiRole": "False"}

    install(installer(cloudformation, bucket, asking(yes=True)), package)

    assert "ApiRole" in capsys.readouterr().out
    assert cloudformation.done == ["plan UPDATE", "carry out UPDATE"]


def test_an_attempt_that_fails_says_why(package: Package) -> None:
    cloudformation = FakeCloudFormation(bucket := FakeBucket())
    cloudformation.failing = "Viewer"

    with pytest.raises(StackError, match="Viewer: a name is taken"):
        install(installer(cloudformation, bucket), package)


def test_what_goes_on_for_longer_than_is_waited_has_not_failed(package: Package) -> None:
    cloudformation, bucket = running()
    cloudformation.replaced = {"ApiRole": "True"}
    cloudformation.slow = True

    with pytest.raises(StackError, match="qaiyrym-test is UPDATE_IN_PROGRESS after an hour, and goes on"):
        install(installer(cloudformation, bucket), package)


def test_losses_are_what_keeps_data_and_is_removed_or_replaced() -> None:
    gone = ResourceChange("Remove", "EventsTable", "AWS::DynamoDB::Table")
    new = ResourceChange("Add", "ActsTable", "AWS::DynamoDB::Table")
    role = ResourceChange("Remove", "ApiRole", "AWS::IAM::Role")

    assert Plan("c", "UPDATE", (gone, new, role), frozenset({"EventsTable", "ActsTable"})).losses == [gone]


@pytest.mark.parametrize(
    ("parameters", "holder", "fault"),
    [
        ({"DomainName": "www.example.kz"}, None, "needs a CertificateArn of us-east-1"),
        (
            {"DomainName": "www.example.kz", "CertificateArn": "arn:aws:acm:eu-central-1:1:certificate/c"},
            None,
            "us-east-1",
        ),
        (NAMED, ("E2", "qaiyrym-prod"), r"belongs to the distribution E2 \(qaiyrym-prod\).*Leave DomainName out"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_before_anything_is_made(
    parameters: dict[str, str],
    holder: tuple[str, str] | None,
    fault: str,
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(NotDeployable, match=fault):
        require_room(parameters, holder, package, monkeypatch)


@pytest.mark.parametrize("holder", [None, ("qaiyrym-test-Distribution", "qaiyrym-test")])
def test_a_name_that_is_free_or_its_own_is_used(
    holder: tuple[str, str] | None, package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_room(NAMED, holder, package, monkeypatch)


def test_what_is_too_little_is_said_and_what_cannot_work_is_refused(
    package: Package, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    require_room({}, None, package, monkeypatch, Shortfall("Executions", ("lambda", "L-1"), 400, 1000, 103))
    assert "Executions: the account has 400, and needs 1,000" in capsys.readouterr().out

    with pytest.raises(NotDeployable, match="103 for the stack to be created at all"):
        require_room({}, None, package, monkeypatch, Shortfall("Executions", ("lambda", "L-1"), 10, 1000, 103))


@pytest.mark.parametrize(
    ("is_there", "has_distributions", "is_told"), [(False, False, True), (False, True, False), (True, False, False)]
)
def test_a_new_account_is_told_that_it_may_have_to_be_verified(
    is_there: bool,
    has_distributions: bool,
    is_told: bool,
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    require_room({}, None, package, monkeypatch, is_there=is_there, has_distributions=has_distributions)

    assert ("Your account must be verified" in capsys.readouterr().out) == is_told


@pytest.mark.parametrize("program", [deploy.main, restore.main, smoke.main, undeploy.main])
def test_a_stage_that_nobody_described_is_none(
    program: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["nowhere", *(["EventsTable"] if program is restore.main else [])]

    assert program(arguments) == 1
    assert "STAGE is 'nowhere', which is none of: prod" in capsys.readouterr().err


def test_no_stack_is_deployed_over_a_restore_that_has_not_ended(
    monkeypatch: pytest.MonkeyPatch, package: Package
) -> None:
    cloudformation, bucket = running()
    bucket.objects["adoptions/qaiyrym-test.json"] = b'{"Resources": {}}'
    opened = SimpleNamespace(stack=stack_of(cloudformation, bucket), session=None)
    monkeypatch.setattr(deploy, "build", lambda _: package)
    monkeypatch.setattr(checks, "faults", lambda _: [])
    monkeypatch.setattr(deploy, "translated", dict)
    monkeypatch.setattr(deploy, "open_installation", lambda *_: opened)

    with pytest.raises(NotDeployable, match="is being given restored tables"):
        deploy.deploy("prod", yes=True)

    assert cloudformation.done == []


def deployable(package: Package, monkeypatch: pytest.MonkeyPatch, backup: str) -> Any:
    cloudformation, bucket = running()
    cloudformation.outputs |= {"DistributionDomain": "d1.cloudfront.net", "AlarmTopicArn": "arn:topic"}
    current = {"VersionIdsToStages": {"v1": ["AWSCURRENT"]}}
    session = SimpleNamespace(client=lambda _: SimpleNamespace(describe_secret=lambda **_: current))
    opened = SimpleNamespace(stack=stack_of(cloudformation, bucket), session=session)
    installation = Installation("eu-central-1", "x86_64", {"BackupRegion": backup})
    monkeypatch.setattr(deploy, "read_stage", lambda _: installation)
    monkeypatch.setattr(deploy, "build", lambda _: package)
    monkeypatch.setattr(checks, "faults", lambda _: [])
    monkeypatch.setattr(deploy, "translated", dict)
    monkeypatch.setattr(deploy, "open_installation", lambda *_: opened)
    monkeypatch.setattr(deploy, "require_room", lambda *_: None)
    monkeypatch.setattr(deploy, "import_module", lambda _: SimpleNamespace(app=None))
    monkeypatch.setattr(smoke, "run", lambda _: None)
    return opened


def require_room(
    parameters: Mapping[str, str],
    holder: tuple[str, str] | None,
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
    short: Shortfall | None = None,
    *,
    is_there: bool = True,
    has_distributions: bool = True,
) -> None:
    cloudformation, bucket = running() if is_there else (FakeCloudFormation(new := FakeBucket()), new)
    distribution = {"Distribution": {"Type": "AWS::CloudFront::Distribution"}}
    cloudformation.current = {**TEMPLATE, "Resources": {**TEMPLATE["Resources"], **distribution}}
    cloudformation.physical["Distribution"] = "qaiyrym-test-Distribution"
    monkeypatch.setattr(preflight, "short_executions", lambda *_: short)
    monkeypatch.setattr(preflight, "short_gateway_rate", lambda *_: None)
    monkeypatch.setattr(preflight, "holder_of", lambda *_: holder)
    monkeypatch.setattr(preflight, "has_distributions", lambda _: has_distributions)
    session: Any = SimpleNamespace(client=lambda _: None)
    installation = Installation("eu-central-1", "x86_64", parameters)
    deploy.require_room(session, stack_of(cloudformation, bucket), installation, package, parameters)
