"""Elements in the hands of frameworks, as production builds have them: properties are set, changed and taken away."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.site.pages import part, pass_time, shows, status, take_over, wait_until
from tests.site.stage import Stage, act, place

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parent.parent.parent
SOURCES = Path(__file__).parent / "frameworks"
BUILDER = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
FLAGS = ("--bundle", "--minify", "--format=iife", '--define:process.env.NODE_ENV="production"')
VUE_FLAGS = ("--define:__VUE_OPTIONS_API__=false", "--define:__VUE_PROD_DEVTOOLS__=false")
ELEMENTS = ("counter", "board", "map", "ticker", "timeline", "since")


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the pages' scripts with each framework in them, by its name."""
    node = shutil.which("node")
    if node is None or not BUILDER.exists():
        pytest.skip("no Node.js, or no node_modules: `make scripts` installs them")
    target = tmp_path_factory.mktemp("frameworks")
    sources = sorted(map(str, SOURCES.glob("*.js")))
    more = (*VUE_FLAGS, "--define:__VUE_PROD_HYDRATION_MISMATCH_DETAILS__=false", "--log-level=error")
    subprocess.run([node, BUILDER, *sources, *FLAGS, *more, f"--outdir={target}"], check=True, cwd=ROOT)
    return {path.stem: path.read_text(encoding="utf-8") for path in target.glob("*.js")}


@pytest.fixture(params=["react", "vue", "preact"])
def framework(request: pytest.FixtureRequest, builds: Mapping[str, str], stage: Stage) -> str:
    """A framework whose build is served."""
    name: str = request.param
    stage.pages[f"/{name}.js"] = builds[name]
    stage.live(41, goals=[{"metric": "good_deeds", "target": 100, "original": 100}])
    stage.put("places.json", places={"KZ-75": place(12), "KZ-10": place(30)})
    stage.put("recent.json", acts=[act(3), act(2), act(1)])
    minutes = [{"at": "10:00", "participations": 2, "people": 3, "hours": 1, "amount": {"KZT": 0}}]
    for day in ("2026-06-01", "2026-05-31"):
        stage.put(f"timeline/{day}.json", date=day, minutes=minutes)
    return name


def open_app(page: Page, stage: Stage, framework: str) -> None:
    """Open a page whose framework has nothing to show yet, and which has none of our scripts."""
    stage.pages["/app"] = (
        '<!doctype html><html lang="kk"><head><meta charset="utf-8"><title>App</title></head>'
        f'<body><main id="app"></main><script src="/{framework}.js"></script></body></html>'
    )
    take_over(page)
    page.goto(f"{stage.url}/app")


def load(page: Page) -> None:
    """Load the elements' scripts, as a page does before its framework or after it."""
    page.evaluate("names => Promise.all(names.map((name) => import(`/widget/${name}.js`)))", list(ELEMENTS))


def render(page: Page, element: str | None, **props: object) -> None:
    """Let the framework show an element with these properties and no others, or nothing."""
    page.evaluate("([element, props]) => show(element, props)", [element, props])


@pytest.mark.parametrize("is_first", [True, False], ids=["script first", "script last"])
def test_a_counter_shows_what_a_framework_asks_for(page: Page, stage: Stage, framework: str, *, is_first: bool) -> None:
    usual = {"campaign": "2026", "lang": "en"}
    open_app(page, stage, framework)
    if is_first:
        load(page)
    render(page, "good-deeds-counter", **usual, metric="people", goal=88, announce="off", motion="none")
    load(page)

    shows(page, "44")
    assert (part(page, "label"), part(page, "target")) == ("people", "50% · goal 88")
    pass_time(page, 70)
    assert status(page) == ""

    render(page, "good-deeds-counter", **usual, metric="good_deeds", goal=None)
    shows(page, "41")
    assert part(page, "target") == "41% · goal 100"
    pass_time(page, 70)
    assert status(page) == "41 good deeds. 41% · goal 100"

    render(page, "good-deeds-counter", **usual | {"lang": "ru"}, metric="good_deeds", goal=0, place="KZ-10")
    shows(page, "30")
    assert (part(page, "label"), part(page, "target")) == ("добрых дел", "")

    render(page, None)
    asked = len(stage.requests)
    pass_time(page, 30)
    assert len(stage.requests) == asked
    render(page, "good-deeds-counter", **usual)
    shows(page, "41")
    pass_time(page, 5)
    assert len(stage.requests) > asked


@pytest.mark.parametrize("is_first", [True, False], ids=["script first", "script last"])
def test_every_element_takes_what_it_is_given(page: Page, stage: Stage, framework: str, *, is_first: bool) -> None:
    usual = {"campaign": "2026", "lang": "en"}
    open_app(page, stage, framework)
    cases: list[tuple[str, dict[str, object], str]] = [
        ("board", {"metrics": "hours,people", "sort": "-people"}, "querySelectorAll('thead button').length === 3"),
        ("map", {"metric": "hours"}, "querySelector('[part~=KZ-75] [part=number]')?.textContent === '16'"),
        ("ticker", {"limit": 2}, "querySelectorAll('li').length === 2"),
        ("timeline", {"date": "2026-05-31", "metric": "people"}, "querySelectorAll('rect').length > 3"),
        ("since", {"since": "2026-06-01", "metric": "people"}, "querySelector('[part=value]').textContent === '3'"),
    ]
    if is_first:
        load(page)

    for name, props, shown in cases:
        render(page, f"good-deeds-{name}", **usual, **props)
        load(page)
        wait_until(page, f"() => document.querySelector('good-deeds-{name}')?.shadowRoot?.{shown}")
        attributes = page.evaluate(
            "name => { const e = document.querySelector(name);"
            " return Object.fromEntries(e.getAttributeNames().map((name) => [name, e[name]])); }",
            f"good-deeds-{name}",
        )
        assert attributes | {key: str(value) for key, value in (usual | props).items()} == attributes


def test_what_was_set_before_there_was_an_element_is_kept(page: Page, stage: Stage) -> None:
    stage.live(41)
    stage.pages["/app"] = '<!doctype html><title>App</title><good-deeds-counter lang="en"></good-deeds-counter>'
    take_over(page)
    page.goto(f"{stage.url}/app")
    page.evaluate(
        "Object.assign(document.querySelector('good-deeds-counter'), { campaign: '2026', metric: 'people', goal: 88 })"
    )

    load(page)

    shows(page, "44")
    assert part(page, "target") == "50% · goal 88"


def test_nothing_that_a_page_sets_on_an_element_meets_what_is_inside(page: Page, stage: Stage) -> None:
    stage.live(41)
    stage.pages["/app"] = (
        '<!doctype html><title>App</title><good-deeds-counter campaign="2026" lang="en"></good-deeds-counter>'
    )
    take_over(page)
    page.goto(f"{stage.url}/app")
    load(page)
    shows(page, "41")
    drawn = ["value", "label", "fill", "target", "base", "note", "line", "button", "number", "content", "render"]
    known = ["doc", "words", "feed", "file", "receive", "start", "stop", "emit", "aged", "seen", "host", "correct"]

    page.evaluate(
        "names => names.forEach((name) => (document.querySelector('good-deeds-counter')[name] = 'mine'))",
        [*drawn, *known],
    )
    stage.live(42)
    pass_time(page, 3)

    assert (part(page, "value"), part(page, "label")) == ("42", "good deeds")


def test_a_pinned_script_and_the_newest_one_get_along(page: Page, stage: Stage) -> None:
    stage.live(41)
    stage.pages["/app"] = (
        '<!doctype html><title>App</title><good-deeds-counter campaign="2026" lang="en"></good-deeds-counter>'
    )
    take_over(page)
    page.goto(f"{stage.url}/app")

    page.evaluate("Promise.all(['/widget/pinned/counter.js', '/widget/counter.js'].map((url) => import(url)))")
    page.evaluate("import('/widget/board.js')")

    shows(page, "41")
    page.evaluate(
        "document.querySelector('good-deeds-counter').insertAdjacentHTML('afterend',"
        "'<good-deeds-board campaign=\"2026\"></good-deeds-board>')"
    )
    stage.live(42)
    pass_time(page, 5)
    assert part(page, "value") == "42"
    assert (
        page.evaluate("document.querySelector('good-deeds-board').shadowRoot.querySelectorAll('tbody tr').length") == 21
    )


def test_a_printed_page_keeps_bars_and_tiles_and_has_no_buttons(page: Page, stage: Stage) -> None:
    stage.live(41, goals=[{"metric": "good_deeds", "target": 100, "original": 100}])
    stage.put("places.json", places={"KZ-75": place(12)})
    stage.pages["/app"] = "<!doctype html><title>App</title>" + "".join(
        f'<good-deeds-{name} campaign="2026" lang="en"></good-deeds-{name}>' for name in ("counter", "board", "map")
    )
    take_over(page)
    page.goto(f"{stage.url}/app")
    load(page)
    shows(page, "41")
    wait_until(page, "() => document.querySelector('good-deeds-board').shadowRoot.querySelector('td')")

    page.emulate_media(media="print")
    found = page.evaluate(
        """() => {
          const drawn = (node) => node.checkVisibility() && getComputedStyle(node).printColorAdjust === "exact";
          const hosts = [...document.querySelectorAll(":defined")].filter(({ shadowRoot }) => shadowRoot);
          const inside = (selector) => hosts.flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll(selector)]);
          return {
            bars: inside("[part=fill], [part=bar], li").filter(drawn).length,
            buttons: inside("[part=pause]").filter((node) => node.checkVisibility()).length,
            arrows: inside("th button").map((node) => getComputedStyle(node, "::after").display),
          };
        }"""
    )
    page.emulate_media(media="null")

    assert found["bars"] == 1 + 21 + 21
    assert found["buttons"] == 0
    assert {*found["arrows"]} == {"none"}
