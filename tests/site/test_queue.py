"""What an overlay tells one after another, and from when on it counts, by the modules alone."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.site.stage import Stage

pytestmark = pytest.mark.browser

PLAY = """async (steps) => {
  const { Queue } = await import("/widget/queue.js");
  const said = [], timers = [];
  const name = ({ kind, ids, milestone }) => (kind === "acts" ? ids.join() : milestone);
  const queue = new Queue({
    show: (thing) => said.push(`+${name(thing)}`),
    hide: (thing) => said.push(`-${name(thing)}`),
    later: (run) => timers.push(run),
    never: (timer) => (timers[timer - 1] = null),
  });
  const play = {
    acts: (ids) => queue.addActs(ids),
    milestone: (one) => queue.addMilestone(one),
    keep: (ids) => queue.keepActs((id) => ids.includes(id)),
    clear: () => queue.clear(),
    time: () => timers.forEach((run, i) => {
      timers[i] = null;
      run?.();
    }),
  };
  for (const [step, argument] of steps) play[step](argument);
  return said;
}"""


def open_blank(page: Page, stage: Stage) -> None:
    stage.pages["/blank"] = "<!doctype html><title>Blank</title>"
    page.goto(f"{stage.url}/blank")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([("acts", ["a"]), ("time", 0), ("time", 0)], ["+a", "-a"]),
        ([("acts", ["a"]), ("acts", ["b"]), ("acts", ["c"]), ("time", 0), ("time", 0)], ["+a", "-a", "+b,c"]),
        ([("acts", ["a"]), ("acts", ["b"]), ("milestone", "m"), ("time", 0), ("time", 0)], ["+a", "-a", "+m"]),
        ([("milestone", "m"), ("milestone", "n"), ("time", 0), ("time", 0)], ["+m", "-m", "+n"]),
        ([("acts", ["a"]), ("keep", []), ("time", 0)], ["+a", "-"]),
        ([("acts", ["a"]), ("acts", ["b"]), ("keep", ["a"]), ("time", 0), ("time", 0)], ["+a", "+a", "-a"]),
        ([("acts", ["a"]), ("acts", ["b"]), ("milestone", "m"), ("clear", 0), ("time", 0)], ["+a", "-a"]),
    ],
)
def test_one_thing_is_told_at_a_time_and_whole(
    page: Page, stage: Stage, steps: list[tuple[str, Any]], said: list[str]
) -> None:
    open_blank(page, stage)

    assert page.evaluate(PLAY, steps) == said


@pytest.mark.parametrize(
    ("seen", "acts", "new"),
    [("a", "ba", "b"), ("ba", "a", ""), ("ba", "acb", ""), ("a", "dcb", "dcb"), ("ba", "cba", "c"), ("cba", "bax", "")],
)
def test_an_act_is_new_that_stands_before_all_that_were_seen(
    page: Page, stage: Stage, seen: str, acts: str, new: str
) -> None:
    open_blank(page, stage)

    found = page.evaluate(
        """async ([seen, acts]) => {
          const { newActs } = await import("/widget/queue.js");
          return newActs(new Set(seen), [...acts].map((id) => ({ id })));
        }""",
        [seen, acts],
    )

    assert found == [*new]


def test_round_numbers_are_reached_once(page: Page, stage: Stage) -> None:
    open_blank(page, stage)

    found = page.evaluate(
        """async () => {
          const { reachedBy } = await import("/widget/round-numbers.js");
          const cases = [[99, 100], [100, 101], [240, 251], [251, 240], [980, 1003], [980, 6000], [90, 99]];
          const deeds = cases.map(([most, value]) => reachedBy(most, value, "good_deeds"));
          return [...deeds, reachedBy(60, 75, "people", 70), reachedBy(99_000, 260_000, "amount")];
        }"""
    )

    assert found == [100, None, 250, None, 1000, 5000, None, 70, 250_000]


@pytest.mark.parametrize(
    ("text", "now", "start", "kk", "ru", "en"),
    [
        (
            "20:00",
            "2026-06-01T21:00",
            "2026-06-01T20:00",
            "бүгін 20:00-ден бері",
            "сегодня с 20:00",
            "today since 20:00",
        ),
        ("20:30", "2026-06-02T00:10", "2026-06-01T20:30", "20:30-дан бері", "с 20:30", "since 20:30"),
        ("2026-06-01", "2026-06-03T10:00", "2026-06-01T00:00", "1 маусымнан бері", "с 1 июня", "since 1 June"),
        (
            "2026-06-01T09:45",
            "2026-06-03T10:00",
            "2026-06-01T09:45",
            "1 маусым 09:45-тен бері",
            "с 09:45 1 июня",
            "since 09:45 1 June",
        ),
        ("3h", "2026-06-01T02:00", "2026-05-31T23:00", "соңғы 3 сағатта", "за 3 часа", "in the last 3 hours"),
        ("90m", "2026-06-01T02:00", "2026-06-01T00:30", "соңғы 90 минутта", "за 90 минут", "in the last 90 minutes"),
        ("1d", "2026-06-01T02:00", "2026-05-31T02:00", "соңғы 1 күнде", "за 1 день", "in the last 1 day"),
        ("9999d", "2026-06-01T02:00", None, None, None, None),
        ("25:00", "2026-06-01T02:00", None, None, None, None),
        ("2026-13-01", "2026-06-01T02:00", None, None, None, None),
        ("soon", "2026-06-01T02:00", None, None, None, None),
    ],
)
def test_a_time_a_date_and_a_duration_say_from_when_on_is_counted(
    page: Page, stage: Stage, text: str, now: str, start: str | None, kk: str | None, ru: str | None, en: str | None
) -> None:
    open_blank(page, stage)

    found = page.evaluate(
        """async ([text, now]) => {
          const when = await import("/widget/since-when.js");
          if (!when.isSince(text)) return Array(4).fill(null);
          const at = Date.parse(`${now}:00Z`);
          const start = new Date(when.startOf(text, at)).toISOString().slice(0, 16);
          return [start, ...["kk", "ru", "en"].map((lang) => when.sinceWords(text, at, lang))];
        }""",
        [text, now],
    )

    assert found == [start, kk, ru, en]
