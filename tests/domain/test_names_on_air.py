"""What becomes of a name when it is first given."""

import msgspec
import pytest

from chalicelib.domain.names_on_air import first_state, speaks_for_the_state
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import NamesOnAir

FROM_A_FORM = Act("good_deed", "business", "KZ-75", "vk", form="vk/1/7")
FROM_A_PARTNER = msgspec.structs.replace(FROM_A_FORM, source="api", form=None, token="t1")

OF_THE_STATE = (
    "Министерство просвещения РК",
    "МИНИСТЕРСТВО  культуры",
    "Миниcтерcтво просвещения",
    "Оқу-ағарту министрлігі",
    "Алматы қаласының әкімдігі",
    "Акимат города Алматы",
    "Департамент полиции",
    "ҚР Үкіметі",
    "Ministry of Health",
)
OF_ANYBODY = ("ТОО «Ромашка»", "№ 12 мектеп", "Мейірім қоры", "ИП Акимов", "Л. Н. Гумилев атындағы ЕҰУ")


@pytest.mark.parametrize("name", OF_THE_STATE)
def test_a_state_body_is_known_by_its_name_in_each_language_and_in_look_alike_letters(name: str) -> None:
    assert speaks_for_the_state(name)


@pytest.mark.parametrize("name", OF_ANYBODY)
def test_schools_firms_and_foundations_do_not_speak_for_the_state(name: str) -> None:
    assert not speaks_for_the_state(name)


@pytest.mark.parametrize("act", [FROM_A_FORM, FROM_A_PARTNER], ids=["form", "partner"])
@pytest.mark.parametrize(("names", "state"), [("shown", "shown"), ("after_approval", "waiting"), ("never", "waiting")])
def test_a_name_is_shown_at_once_only_where_the_organisers_say_so(names: NamesOnAir, act: Act, state: str) -> None:
    assert first_state(names, act, "ТОО «Ромашка»") == state


@pytest.mark.parametrize("name", OF_THE_STATE)
def test_whoever_speaks_for_the_state_by_a_form_waits_even_where_names_are_shown(name: str) -> None:
    assert first_state("shown", FROM_A_FORM, name) == "waiting"
    assert first_state("shown", FROM_A_PARTNER, name) == "shown"
