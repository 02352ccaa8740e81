"""What the pages for operators say is what there is: places of data, durations, requests."""

import json
import re
from typing import Any

from chalice.test import Client

import app
from chalicelib.intake.participation_requests import Person, read_person
from chalicelib.participations import contacts, retention
from chalicelib.webhooks import parking
from infra.local.local_settings import REPOSITORY

PRIVACY = (REPOSITORY / "docs" / "privacy.md").read_text(encoding="utf-8")
API = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")

DAY_SECONDS = 24 * 3600
KEEPING = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue")
REQUEST = re.compile(r"`(GET|POST|PUT|DELETE) (/v1/[^ `?…]*)`")


def test_every_place_of_data_stands_in_the_page_about_personal_data(packaged: dict[str, Any]) -> None:
    places = [name for name, resource in packaged["Resources"].items() if resource["Type"] in KEEPING]

    assert len(places) >= 14
    assert [name for name in places if f"`{name}`" not in PRIVACY] == []


def test_durations_are_those_of_the_code(packaged: dict[str, Any]) -> None:
    after_campaign = retention.AFTER_CAMPAIGN_SECONDS // DAY_SECONDS
    shortest = after_campaign - contacts.RENEWAL_SECONDS // DAY_SECONDS

    assert f"until {after_campaign} days after the campaign closes" in PRIVACY
    assert f"for {shortest} to {after_campaign} days from the person's last act" in PRIVACY
    assert f"deleted, {parking.RETENTION_SECONDS // DAY_SECONDS} days at most" in PRIVACY
    assert retention.MIN_LIFE_SECONDS == 7 * DAY_SECONDS
    assert "nothing goes before seven days have passed" in PRIVACY
    assert f"{packaged['Parameters']['LogDays']['Default']} days (`LogDays`)" in PRIVACY


def test_how_often_the_api_may_be_asked_is_as_the_firewall_has_it(packaged: dict[str, Any]) -> None:
    told = API.partition("\n## How often\n")[2].partition("\n## ")[0]
    rows = [
        re.sub(r"[^0-9]", "", row.split("|")[2].partition(";")[0])
        for row in told.splitlines()
        if "000" in row and "|" in row
    ]
    limits = ("TokenRequests", "AddressTokenRequests", "AddressRequests", "HookRequests")

    assert rows == [str(packaged["Parameters"][name]["Default"]) for name in limits]
    assert f"more than {packaged['Parameters']['ApiRate']['Default']:,} a second" in told


def test_requests_are_those_of_the_contract() -> None:
    with Client(app.app) as client:
        paths = client.http.get("/openapi.json").json_body["paths"]
    named = [(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in REQUEST.findall(PRIVACY)]
    known = {(method.upper(), re.sub(r"\{\w+\}", "{}", path)) for path, of in paths.items() for method in of}

    assert named
    assert [request for request in named if request not in known] == []


def test_bodies_of_requests_can_be_read() -> None:
    bodies = [json.loads(line) for line in PRIVACY.splitlines() if line.startswith('{"participant"')]
    sought = [
        {"participant": json.loads(text)} for text in re.findall(r'`(\{"(?:phone|email|user)": [^`]*\})`', PRIVACY)
    ]

    assert len(bodies) == len(sought) == 3
    assert all(isinstance(read_person(body), Person) for body in (*bodies, *sought))
