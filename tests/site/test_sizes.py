"""What partners load stays small."""

from infra.site_sizes import SITE, closure, launch_page, sizes


def test_every_module_is_within_its_budget() -> None:
    too_large = {name: taken for name, (taken, budget) in sizes().items() if taken > budget}

    assert too_large == {}


def test_everything_that_a_module_imports_is_counted() -> None:
    assert closure("counter.js") == {"counter.js"}
    assert closure("ticker.js") >= {"regions.js", "money.js"}
    assert launch_page() >= {"launch.js", *closure("counter.js"), *closure("board.js")}
    assert all((SITE / name).is_file() for name in closure("overlay.js"))
