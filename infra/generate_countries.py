"""The names of countries by which people answer: Unicode's CLDR has them, and Babel has CLDR.

`country_names.json` holds, for each code of ISO 3166-1, its names in Kazakh, Russian and English and its other codes.
"""

import json
from collections.abc import Mapping

from babel import Locale
from babel.core import get_global

from chalicelib.domain.places import COUNTRIES
from chalicelib.domain.vocabulary import LANGUAGES
from chalicelib.intake.values.countries import NAMES_PATH

_ALPHA_3 = 3


def names() -> Mapping[str, list[str]]:
    """Return names and alpha-3 codes by alpha-2 code."""
    found = {code: {Locale(language).territories[code] for language in LANGUAGES} for code in sorted(COUNTRIES)}
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == _ALPHA_3 and alias.isalpha() and len(codes) == 1 and codes[0] in found:
            found[codes[0]].add(alias)
    return {code: sorted(of_country) for code, of_country in found.items()}


def content() -> str:
    """Return the file's content, a country on a line."""
    lines = (f'  "{code}": {json.dumps(of_country, ensure_ascii=False)}' for code, of_country in names().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write the file."""
    NAMES_PATH.write_text(content(), encoding="utf-8")


if __name__ == "__main__":
    main()
