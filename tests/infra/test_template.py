"""What the template says besides: alarms that are explained, and files that are served as the API serves them."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha384
from pathlib import Path
from typing import Any

import msgspec
import pytest
from chalice.test import Client

import app
from chalicelib.api.problems import STATUSES
from infra import merged_template, security, site_upload
from infra.checks import edge
from infra.installation import NotDeployable, read_stage
from infra.local.local_settings import REPOSITORY

RUNBOOK = REPOSITORY / "docs" / "runbook.md"

Template = dict[str, Any]


def security_policy(template: Template, policy: str) -> str:
    config = template["Resources"][policy]["Properties"]["ResponseHeadersPolicyConfig"]
    text: str = config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    return text


def behaviour(template: Template, path: str) -> Mapping[str, Any]:
    return edge.behaviour(template["Resources"]["Distribution"]["Properties"]["DistributionConfig"], path)


@pytest.mark.slow
def test_nothing_unsafe_is_in_it_but_what_is_meant(deployed: Template) -> None:
    assert security.faults(deployed) == []


def test_what_checkov_is_told_to_leave_has_its_reason_beside_it(packaged: Template) -> None:
    left = [
        one
        for resource in packaged["Resources"].values()
        for one in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]

    assert left
    assert [one for one in left if one.keys() != {"id", "comment"} or len(one["comment"].split()) < 4] == []


def test_every_alarm_is_explained_in_the_runbook(packaged: Template) -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    alarms = [name for name, r in packaged["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"]

    assert len(alarms) >= 10
    assert [name for name in alarms if f"### {name}\n" not in text] == []


def test_what_is_told_once_an_hour_is_an_alarm_until_it_is_told_otherwise(packaged: Template) -> None:
    alarm = packaged["Resources"]["TotalsDrift"]["Properties"]

    assert packaged["Resources"]["AuditorOfHours"]["Properties"]["ScheduleExpression"] == "rate(1 hour)"
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (3600, 1, "ignore")


@pytest.mark.parametrize(
    "document",
    [
        "live.json",
        "places.json",
        "timeline/2026-06-01.json",
        "recent.json",
        "totals.csv",
        "days/2026-06-01.csv",
        "badge/people.kk.svg",
    ],
)
def test_documents_come_from_the_bucket_alone(packaged: Template, document: str) -> None:
    found = behaviour(packaged, f"/v1/campaigns/2026/{document}")

    assert found["TargetOriginId"] == "files"
    assert set(found["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS"}


def test_a_bucket_that_does_not_answer_is_given_up_soon(packaged: Template) -> None:
    origins = packaged["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    (files,) = [origin for origin in origins if origin["Id"] == "files"]

    assert (files["ConnectionAttempts"], files["S3OriginConfig"]["OriginReadTimeout"]) == (1, 3)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/data", "/r", "/r/KZ-75", "/overlay/2026", "/embed/2026"),
        *("/widget/builder", "/console", "/widget/counter.js", "/problems/busy"),
    ],
)
def test_files_have_the_security_policy_that_the_api_gives_them(packaged: Template, path: str) -> None:
    with Client(app.app) as client:
        answer = client.http.get(path)

    policy = behaviour(packaged, path)["ResponseHeadersPolicyId"]["Ref"]
    assert answer.headers["Content-Security-Policy"] == security_policy(packaged, policy)


def test_the_site_is_stored_as_the_api_answers_it() -> None:
    files = {file.key: file for file in site_upload.files(app.app, "2028", "https://www.example.kz")}

    assert {"index.html", "embed.html", "overlay.html", "widget/counter.js", "widget/release.json"} <= files.keys()
    assert not [key for key, file in files.items() if re.search(rb"{{\w+}}", file.body)]
    assert b'content="2028"' in files["index.html"].body
    assert b'content="2028"' in files["widget/builder"].body
    assert b'content="2028"' in files["console"].body
    assert app.app.services.settings.default_campaign == "2026"
    assert files["index.html"].headers["Content-Type"].startswith("text/html")
    assert b'<html lang="ru">' in files["r/KZ-75.ru.html"].body
    assert b'href="https://www.example.kz/r/KZ-75?lang=ru"' in files["r/KZ-75.ru.html"].body
    assert b"https://www.example.kz/r/KZ-75" in files["sitemap.xml"].body
    assert {"problems", *(f"problems/{name}" for name in STATUSES)} <= files.keys()
    assert files["problems/busy"].headers["Content-Type"].startswith("text/html")
    assert files["widget/share-kk.jpg"].body.startswith(b"\xff\xd8")
    assert any(file.headers["Cache-Control"].endswith("immutable") for file in files.values())


def test_scripts_are_stored_minified_and_proved_as_they_are_stored() -> None:
    files = {file.key: file for file in site_upload.files(app.app, "2028", "https://www.example.kz")}

    told = msgspec.json.decode(files["widget/release.json"].body)
    counter = files["widget/counter.js"].body
    assert files[f"widget/{told['release']}/counter.js"].body == counter
    assert told["integrity"]["counter.js"] == f"sha384-{b64encode(sha384(counter).digest()).decode()}"
    assert b"/**" not in counter


def test_parts_of_the_template_have_nothing_twice(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for path in (first, second):
        path.write_text("Resources: {Same: {Type: AWS::SQS::Queue}}", encoding="utf-8")

    with pytest.raises(ValueError, match=r"b\.yaml: Resources has Same a second time"):
        merged_template.merged([first, second])


def test_an_installation_has_to_be_written_down() -> None:
    assert read_stage("prod").region == "eu-central-1"
    with pytest.raises(NotDeployable, match="STAGE is 'nowhere', which is none of: prod"):
        read_stage("nowhere")
