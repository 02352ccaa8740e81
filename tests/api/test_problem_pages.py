"""What a problem names as its type is a page that exists."""

import pytest

from chalicelib.api.messages import messages
from chalicelib.api.problems import STATUSES, ProblemName
from tests.api.conftest import Client


@pytest.mark.parametrize("name", STATUSES)
def test_every_problem_has_its_page_in_each_language(visitor: Client, name: ProblemName) -> None:
    page = visitor("GET", f"/problems/{name}")

    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    text = page.body.decode()
    assert [language for language in ("kk", "ru", "en") if f'<section lang="{language}">' not in text] == []
    assert f"<code>{name}</code> {STATUSES[name]}" in text
    assert "{" not in text.partition("</style>")[2].partition("<dl>")[0]


def test_the_type_of_a_problem_leads_to_its_page(visitor: Client) -> None:
    refused = visitor("GET", "/v1/tokens")

    assert visitor("GET", refused.json["type"]).status == 200


def test_faults_of_fields_are_told_on_their_page(visitor: Client) -> None:
    text = visitor("GET", "/problems/fields-invalid").body.decode()

    assert [code for code in messages().faults if f"<code>{code}</code>" not in text] == []


def test_all_problems_are_listed(visitor: Client) -> None:
    text = visitor("GET", "/problems").body.decode()

    assert [name for name in STATUSES if f'href="/problems/{name}"' not in text] == []


def test_what_is_no_problem_has_no_page(visitor: Client) -> None:
    assert visitor("GET", "/problems/nothing").status == 404
