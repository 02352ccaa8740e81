"""What becomes of a name when it is first given."""

import msgspec
import pytest
from hypothesis import given

from chalicelib.domain.names_on_air import first_state, speaks_for_the_state
from chalicelib.domain.participation import Act
from chalicelib.domain.vocabulary import NamesOnAir
from tests.domain.organisation_names import charities, firms, schools
from tests.every_case import every

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
    "Минздрав РК",
    "Минпросвещения",
    "А к и м а т",
    "А.к.и.м.а.т города",
    "Ак1мат",
    "КНБ РК",
    "K H Б PK",
    "КНБ",
    "МВД Республики Казахстан",
    "МИД РК",
    "ҚР ІІМ",
    "ІІМ",
    "ҰҚК",
    "Мәслихат",
    "Городской маслихат",
    "Ақорда",
    "Резиденция Акорда",
    "Aqorda",
    "Верховный суд",
    "Жоғарғы Сот",
    "Akimat",
    "Äkimdik",
    "Mäslihat",
    "Maslikhat of Astana",
    "Mazhilis",
    "Мinистерство",
    "ΜИНИСТЕРСТВО",
    "ΜИΗИСТЕРСТВО",
    "Миниѕтерѕтво",
    "Мuнистерство",
    "Әкімнің",
    "Алматы әкімі",
    "Акиму города",
    "Prezident",
    "Қазақстан Республикасының Президенті",
    "Агентство Республики Казахстан",
    "Комитет национальной безопасности",
    "Ұлттық Банк",
    "National Bank",
    "Republic of Kazakhstan",
    "Посольство",
    "Генпрокуратура",
    "Ə к і м д і к",
    "Облмаслихат",
    "Ақ Орда",
    "Мин-во культуры",
    "М.В.Д.",
    "Астана мемлекеттік университеті",
)
OF_ANYBODY = (
    *("ТОО «Ромашка»", "№ 12 мектеп", "Мейірім қоры", "ИП Акимов", "Акимова А. С.", "Л. Н. Гумилев атындағы ЕҰУ"),
    *("Родительский комитет", "ТОО «Мидас»", "Құрылыс Инвест", "Green Hub"),
)


@every(name=OF_THE_STATE)
def test_a_state_body_is_known_by_its_name_in_each_language_and_in_look_alike_letters(name: str) -> None:
    assert speaks_for_the_state(name)


@every(name=OF_ANYBODY)
def test_schools_firms_and_foundations_do_not_speak_for_the_state(name: str) -> None:
    assert not speaks_for_the_state(name)


@given(schools() | firms() | charities())
def test_names_of_schools_firms_and_foundations_speak_for_nobody(name: str) -> None:
    assert not speaks_for_the_state(name)


@pytest.mark.parametrize("act", [FROM_A_FORM, FROM_A_PARTNER], ids=["form", "partner"])
@pytest.mark.parametrize(("names", "state"), [("shown", "shown"), ("after_approval", "waiting"), ("never", "waiting")])
def test_a_name_is_shown_at_once_only_where_the_organisers_say_so(names: NamesOnAir, act: Act, state: str) -> None:
    assert first_state(names, act, "ТОО «Ромашка»") == state


@every(name=OF_THE_STATE)
def test_whoever_speaks_for_the_state_by_a_form_waits_even_where_names_are_shown(name: str) -> None:
    assert first_state("shown", FROM_A_FORM, name) == "waiting"
    assert first_state("shown", FROM_A_PARTNER, name) == "shown"
