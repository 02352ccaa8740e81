"""What is served does the same as what is written."""

import re
from collections import Counter

from infra.site_scripts import COUNTER, PARTS, served
from infra.site_sizes import SITE, source


def test_the_counter_s_file_has_what_it_is_made_of_and_imports_none_of_it() -> None:
    text = served(COUNTER, source)

    assert 'from"./' not in text
    for module in (*PARTS, COUNTER):
        names = re.findall(r"^export (?:async )?(?:const|class|function) (\w+)", source(module), re.MULTILINE)
        assert names
        assert all(re.search(rf"export (?:async )?(?:const|class|function) {name}\b", text) for name in names)


def test_no_two_modules_of_one_file_give_a_name_twice() -> None:
    declared = re.compile(r"^(?:export )?(?:async )?(?:const|let|class|function) (\w+)", re.MULTILINE)

    names = Counter(name for module in (*PARTS, COUNTER) for name in declared.findall(source(module)))

    assert {name for name, times in names.items() if times > 1} == set()


def test_every_module_has_one_copy_of_what_all_need() -> None:
    for path in SITE.glob("*.js"):
        text = served(path.name, source)
        assert not any(f'"./{part}"' in text for part in PARTS), path.name
    assert [served(part, source) for part in PARTS] == [f'export*from"./{COUNTER}"'] * len(PARTS)


def test_nothing_is_taken_apart_that_stands_in_brackets() -> None:
    """The minifier (2.24.12) puts `const [a] = (b)` before the constants above it: a cast needs a name of its own."""
    taken_apart = re.compile(r"^ *(?:const|let) [\[{][^=]*[\]}] = (?:/\*\*.*?\*/ )?\(.*", re.MULTILINE)

    found = [line for path in SITE.glob("*.js") for line in taken_apart.findall(source(path.name))]

    assert found == []
