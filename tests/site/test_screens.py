"""What is on air in every state: no two texts on each other, nothing outside the safe area, nothing that moves."""

from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.site.conftest import Keep
from tests.site.pages import pass_time, take_over, wait_until
from tests.site.stage import Document, Stage, act, milestone, place

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROADCAST: ViewportSize = {"width": 1920, "height": 1080}
ALIGNMENTS = ("bottom-left", "bottom", "bottom-right", "left", "center", "right", "top-left", "top", "top-right")
SIZES = (100, 60, 200, 400)
LANGUAGES = ("kk", "ru", "en")
DEEDS = 72_418
LONGEST = 999_999_999_999_999
LONG_AGO = "2026-06-01T05:37:00.000Z"
TITLE = {
    "kk": "Жүз мың қайырымды іске жеттік, рақмет баршаңызға!",
    "ru": "Сто тысяч добрых дел по всей стране: спасибо каждому, кто с нами!",
    "en": "A hundred thousand good deeds all over the country: thank you, everybody!",
}
# Every text that is seen, by the box of the element that holds it.
BOXES = """() => {
  const texts = [];
  const visit = (node, seen) => {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim() && seen) texts.push(node.parentElement);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const style = getComputedStyle(node);
    const visible = seen && style.display !== "none" && style.clipPath === "none" && +style.opacity > 0;
    const children = node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes;
    children.forEach((child) => visit(child, visible));
  };
  visit(document.body, true);
  const holders = new Set(texts.map((text) => text.closest("[part=value]") ?? text));
  // What is cut off is not seen: a crawl comes from outside its window.
  const seenOf = (holder) => {
    let { left, top, right, bottom } = holder.getBoundingClientRect();
    for (let around = holder; around; around = around.parentNode ?? around.host) {
      if (around.nodeType !== Node.ELEMENT_NODE || getComputedStyle(around).overflow === "visible") continue;
      const window = around.getBoundingClientRect();
      left = Math.max(left, window.left);
      right = Math.min(right, window.right);
      top = Math.max(top, window.top);
      bottom = Math.min(bottom, window.bottom);
    }
    return { text: holder.textContent, left, top, right, bottom };
  };
  return [...holders].map(seenOf).filter(({ left, top, right, bottom }) => right > left && bottom > top);
}"""


# Styles keep real time: what comes is there, and what goes is still there.
SETTLE = """() => document.getAnimations().forEach((animation) => {
  if (animation.animationName === "go") animation.cancel();
  else if (animation.id === "pass") return;
  else if (animation.effect.getTiming().iterations === 1) animation.finish();
})"""


def boxes(page: Page) -> list[dict[str, Any]]:
    """Return what is to be read on the picture, and where."""
    page.evaluate(SETTLE)
    found: list[dict[str, Any]] = page.evaluate(BOXES)
    return found


def faults(page: Page) -> list[str]:
    """Return what cannot be aired: texts on each other, or outside the safe area of the picture."""
    found = boxes(page)
    picture = page.viewport_size or BROADCAST
    across, down = picture["width"] / 20, picture["height"] / 20
    outside = [
        f"outside: {box['text']}"
        for box in found
        if box["left"] < across - 1
        or box["right"] > picture["width"] - across + 1
        or box["top"] < down - 1
        or box["bottom"] > picture["height"] - down + 1
    ]
    pairs = ((one, other) for i, one in enumerate(found) for other in found[:i])
    return outside + [f"{one['text']} | {other['text']}" for one, other in pairs if overlap(one, other)]


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two boxes share more than an edge."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return bool(across > 1 and down > 1)


def air(page: Page, stage: Stage, query: str) -> None:
    """Put the overlay on air, and wait for its number."""
    page.goto(f"{stage.url}/overlay/2026?{query}")
    wait_until(page, "() => document.querySelector('.on-air.ready')")


def plate(page: Page) -> Document:
    """Return where the plate is."""
    found: Document = page.evaluate("document.getElementById('plate').getBoundingClientRect().toJSON()")
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_state_of_the_overlay_has_a_fault(page: Page, stage: Stage, keep: Keep, lang: str) -> None:
    page.set_viewport_size(BROADCAST)
    take_over(page)
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        if seen := faults(page):
            found[f"{align} {size} {extra} {state}"] = seen

    sizes, extras = cycle(SIZES), cycle(["", "&ticker=1", "&place=KZ-27&metric=amount", "&theme=plain"])
    for align, size, extra in zip(ALIGNMENTS, sizes, extras, strict=False):
        stage.is_down = stage.is_still = False
        goals = [{"metric": "good_deeds", "target": 100_000, "original": 100_000}]
        waiting = [milestone(100_000, is_reached=False, title=TITLE)]
        amount = {"KZ-27": {"amount": {"KZT": LONGEST}, "participations": 5}}
        stage.live(DEEDS, goals=goals, milestones=waiting)
        stage.put("places.json", places=amount)
        stage.put("recent.json", acts=[act(1)])
        air(page, stage, f"lang={lang}&align={align}&size={size}&alerts=1{extra}")
        look("calm")
        before = plate(page)

        stage.is_still = True
        stage.live(DEEDS - 37, goals=goals, milestones=waiting, state="frozen", as_of=LONG_AGO)
        amount = {"KZ-27": {"amount": {"KZT": LONGEST - 37}, "participations": 5}}
        stage.put("places.json", places=amount, state="frozen", as_of=LONG_AGO)
        come = act(2, organisation="№ 12 гимназиясының құрметті ұжымы", place="KZ-27", people=1200)
        stage.put("recent.json", acts=[come, act(1)])
        pass_time(page, 3)
        look("corrected")
        if align in ("bottom-left", "top-right", "center"):
            keep(page, f"screen-{lang}-{align}-corrected")
        assert plate(page) == before, "a mark moved the plate"

        stage.live(DEEDS, goals=goals, milestones=[milestone(100_000, is_reached=True, title=TITLE)], state="test")
        pass_time(page, 8)
        look("celebrated")
        if align == "bottom":
            keep(page, f"screen-{lang}-celebrated")
        stage.is_down = True
        pass_time(page, 200)
        look("offline")
        if align in ("bottom-right", "top"):
            keep(page, f"screen-{lang}-{align}-offline")

    assert found == {}, found


def publish(stage: Stage, deeds: int, **content: Any) -> None:
    """Publish all that scenes show, in the same state."""
    goals = [{"metric": "good_deeds", "target": 100_000, "original": 100_000}]
    stage.live(deeds, **{"goals": goals, "milestones": [milestone(100_000, is_reached=False, title=TITLE)]} | content)
    marks = {name: value for name, value in content.items() if name in {"state", "as_of"}}
    shares = {"KZ-27": deeds, "KZ-59": deeds // 2, "KZ-10": deeds // 3, "KZ-63": deeds // 4, "KZ-79": deeds // 5}
    stage.put("places.json", places={code: place(share) for code, share in shares.items()}, **marks)
    stage.put("recent.json", acts=[act(1, organisation="№ 12 гимназиясының құрметті ұжымы")], **marks)
    names = ["«Мейірім» қоғамдық қоры", "Товарищество с ограниченной ответственностью «Очень длинное название»"]
    stage.put("organisations.json", organisations=[{"name": name} for name in names], **marks)
    stage.put("organisations/KZ-27.json", organisations=[], **marks)


SCENES = ("number", "crawl", "regions", "region&place=KZ-27", "countdown", "thanks&place=KZ-27", "thanks")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_state_of_a_scene_has_a_fault(page: Page, stage: Stage, keep: Keep, lang: str) -> None:
    page.set_viewport_size(BROADCAST)
    take_over(page)
    found: dict[str, list[str]] = {}

    def look(scene: str, state: str) -> None:
        if scene in ("crawl", "thanks"):
            # Something has to be on its way.
            page.wait_for_timeout(250)
        if seen := faults(page):
            found[f"{scene} {state}"] = seen
        keep(page, f"scene-{scene.partition('&')[0]}-{lang}-{state}")

    themes = cycle(["", "&theme=sky&qr=1", "&theme=light", "&theme=plain&qr=1"])
    for scene, theme in zip(SCENES, themes, strict=False):
        stage.is_down = stage.is_still = False
        publish(stage, LONGEST // 2 if "thanks" in scene else DEEDS)
        air(page, stage, f"scene={scene}&lang={lang}{theme}")
        look(scene, "calm")
        stage.is_still = True
        publish(stage, DEEDS - 37, state="frozen", as_of=LONG_AGO)
        pass_time(page, 3)
        look(scene, "corrected")
        publish(stage, 0, state="test", as_of=LONG_AGO)
        stage.is_down = True
        pass_time(page, 200)
        look(scene, "offline")
        stage.is_down = False
        pass_time(page, 61)
        look(scene, "empty")

    assert found == {}, found


@pytest.mark.parametrize(
    "picture", [{"width": 640, "height": 360}, {"width": 3840, "height": 2160}], ids=["360p", "4K"]
)
def test_a_picture_of_any_size_has_no_fault(page: Page, stage: Stage, keep: Keep, picture: ViewportSize) -> None:
    page.set_viewport_size(picture)
    take_over(page)
    found: dict[str, list[str]] = {}

    for lang, query in zip(
        LANGUAGES, ("alerts=1&qr=1", "ticker=1&align=top-right", "scene=region&place=KZ-27"), strict=True
    ):
        stage.is_still = False
        publish(stage, DEEDS)
        air(page, stage, f"lang={lang}&{query}")
        calm = faults(page)
        stage.is_still = True
        publish(stage, DEEDS - 37, state="frozen", as_of=LONG_AGO)
        pass_time(page, 3)
        if seen := calm + faults(page):
            found[query] = seen
        keep(page, f"screen-{picture['height']}-{lang}")

    assert found == {}, found
