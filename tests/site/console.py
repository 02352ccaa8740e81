"""The console in the hands of tests: a campaign on a whole system, who is on duty in it, and the page they have."""

from collections.abc import Iterable
from typing import Any

import msgspec
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from tests.local.system import LocalSystem

PATIENCE_MS = 30_000
BATCH = 100
NAMES = {"kk": "Сынақ", "ru": "Проба", "en": "Trial"}
GOALS = [{"metric": "good_deeds", "target": 1_000}]


class Duty(msgspec.Struct, frozen=True):
    """A campaign of its own on a system that other tests have campaigns on, too."""

    system: LocalSystem
    campaign: str

    @property
    def base(self) -> str:
        """The API's path of the campaign."""
        return f"/v1/campaigns/{self.campaign}"

    def begin(self) -> None:
        """Make the campaign, and wait until viewers have its documents."""
        requested = {"names": NAMES, "state": "live", "goals": GOALS, "limits": {"person": {"acts": 100_000}}}
        assert self.system.ask("PUT", self.base, requested).status == 201

    def token(self, label: str, *scopes: str, **more: Any) -> str:
        """Issue a token of the campaign."""
        requested = {"label": label, "scopes": scopes, "campaign": self.campaign, **more}
        reply = self.system.ask("POST", "/v1/tokens", requested)
        assert reply.status == 201, reply
        return str(reply.json["token"])

    def ask(self, method: str, path: str, body: object = None, token: str | None = None) -> Any:
        """Return the answer to a request of the campaign, which has to be a good one."""
        given = token or self.system.run["token"]
        reply = self.system.ask(method, self.base + path, body, Authorization=f"Bearer {given}")
        assert reply.status < 300, reply
        return reply.json

    def record(self, acts: Iterable[dict[str, Any]], token: str | None = None) -> list[str]:
        """Record acts, each of a phone of its own, in batches; return their ids."""
        listed = [{"idempotency_key": f"{self.campaign}-{one['participant']['phone']}", **one} for one in acts]
        found: list[str] = []
        for start in range(0, len(listed), BATCH):
            body = {"participations": listed[start : start + BATCH]}
            results = self.ask("POST", "/participations/batch", body, token)["results"]
            assert all(one["status"] in (200, 201) for one in results), results
            found += [one["participation"]["id"] for one in results]
        return found

    def documents(self) -> str:
        """Return all that viewers read of the campaign."""
        names = ("live.json", "page.json", "recent.json", "organisations.json", "organisations/KZ-75.json")
        return "".join(str(self.system.ask("GET", f"{self.base}/{name}").json) for name in names)


def act(number: int, **others: Any) -> dict[str, Any]:
    """Return an act of a person of its own."""
    participant = {"type": "citizen", "phone": f"+7701{number:07}"}
    return {"kind": "good_deed", "participant": participant, "place": {"region": "KZ-75"}} | others


def act_of(organisation: str, number: int, **others: Any) -> dict[str, Any]:
    """Return an act of an organisation."""
    return act(
        number, participant={"type": "school", "organisation": organisation, "phone": f"+7702{number:07}"}, **others
    )


class Console:
    """A page of somebody on duty; `keys` counts those that were pressed."""

    def __init__(self, page: Page, duty: Duty) -> None:
        self.page = page
        self.duty = duty
        self.keys = 0

    def open(self, tab: str = "", lang: str = "en") -> None:
        """Open the page."""
        url = f"http://localhost:{self.duty.system.port}/console?campaign={self.duty.campaign}&lang={lang}"
        self.page.goto(url + (f"#{tab}" if tab else ""))

    def sign_in(self, token: str, tab: str = "now") -> None:
        """Sign in, and go to a tab."""
        self.open(tab)
        self.page.locator("#token").fill(token)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(f".tab.{tab}")).to_be_attached(timeout=PATIENCE_MS)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    @property
    def rows(self) -> Locator:
        """The rows of the list."""
        return self.page.locator(".list > li")

    @property
    def dialog(self) -> Locator:
        """What is asked."""
        return self.page.locator("dialog[open]")

    @property
    def toasts(self) -> Locator:
        """What was said."""
        return self.page.locator("#toasts")

    def has_rows(self, count: int) -> None:
        """Wait until the list has so many rows."""
        expect(self.rows).to_have_count(count, timeout=PATIENCE_MS)

    def says(self, text: str) -> None:
        """Wait until it was said what was done."""
        expect(self.toasts).to_contain_text(text, timeout=PATIENCE_MS)

    def tabs(self) -> list[str]:
        """Return which tabs there are."""
        links: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('nav a')].map((link) => link.hash.slice(1))"
        )
        return links

    def violations(self) -> list[str]:
        """Return what axe finds wrong."""
        if not self.page.evaluate("!!globalThis.axe"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)")
        return [
            f"{fault['id']}: {fault['nodes'][0]['target']} {fault['nodes'][0]['failureSummary']}" for fault in found
        ]
