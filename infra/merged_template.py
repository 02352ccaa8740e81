"""The parts of the template in the files beside this one, as the one that Chalice merges into its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.local.resources import read_template

PARTS: tuple[Path, ...] = tuple(
    Path(__file__).parent / f"{name}.yaml" for name in ("template", "functions", "edge", "watch", "backup")
)
_SECTIONS = ("Parameters", "Conditions", "Resources", "Outputs")


def merged(parts: Sequence[Path] = PARTS) -> dict[str, Any]:
    """Return the parts as one template.

    Raises:
        ValueError: two parts have something of the same name, or a section that is not known here.
    """
    whole: dict[str, Any] = {section: {} for section in _SECTIONS}
    for path in parts:
        for section, content in read_template(path).items():
            if section in _SECTIONS:
                _add(whole[section], content, f"{path.name}: {section}")
            elif section in whole or section not in ("Transform", "Globals"):
                raise ValueError(f"{path.name}: {section} is not expected here")
            else:
                whole[section] = content
    return whole


def _add(current: dict[str, Any], content: Mapping[str, Any], place: str) -> None:
    twice = current.keys() & content.keys()
    if twice:
        raise ValueError(f"{place} has {', '.join(sorted(twice))} a second time")
    current.update(content)
