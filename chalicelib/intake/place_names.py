"""The names that people give to places."""

from collections.abc import Mapping
from functools import cache

from chalicelib.domain.folding import fold_label
from chalicelib.domain.places import Unresolved, facts, resolve_region


def find_region(text: str) -> str | Unresolved:
    """Return the code of the region that an answer names: a code, or a name in Kazakh, Russian or English."""
    by_code = resolve_region(text.strip().upper())
    if isinstance(by_code, str) or by_code.reason == "ambiguous":
        return by_code
    candidates = _names().get(fold_label(text), ())
    if len(candidates) == 1:
        return candidates[0]
    return Unresolved("ambiguous", candidates) if candidates else Unresolved("unknown")


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for entry in facts()["regions"]:
        labels = [entry[key] for key in ("name_kk", "name_ru", "name_en", "iso_name", "name_ru_cldr", "name_en_cldr")]
        for label in [*labels, *entry["match_aliases"]]:
            found.setdefault(fold_label(label), set()).add(entry["code"])
    # The bare name is the city's official one and the region's everyday one: only a suffix tells them apart.
    for bare in ("алматы", "almaty"):
        found[fold_label(bare)] = {"KZ-19", "KZ-75"}
    return {name: tuple(sorted(codes)) for name, codes in found.items()}
