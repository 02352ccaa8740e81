"""What is shown is a name to read and leads nowhere, whatever it is disguised as."""

import unicodedata

import pytest
from hypothesis import strategies as st

from chalicelib.domain.disguises import undisguised
from chalicelib.domain.folding import clean, fold
from chalicelib.domain.shown_text import MAX_LENGTH, unsuitability
from tests.domain.organisation_names import organisations
from tests.every_case import every
from tests.laws import few_and_many
from tests.names import NAMES, Name

# Behind the second plane is nothing that folds to digits or letters of ASCII.
CHARACTERS = list(map(chr, range(0x20000)))


def characters(*categories: str) -> list[str]:
    return [character for character in CHARACTERS if unicodedata.category(character) in categories]


def folding_to(targets: str) -> dict[str, list[str]]:
    """Return, for each character, all that compatibility makes it of, keycaps and all digits of that value."""
    found: dict[str, list[str]] = {target: [target] for target in targets}
    for character in CHARACTERS:
        folded = unicodedata.normalize("NFKC", character).casefold()
        if folded in found and character != folded:
            found[folded].append(character)
        elif (
            not folded.isalpha()
            and (value := unicodedata.numeric(character, None)) in range(10)
            and f"{value:.0f}" in found
        ):
            found[f"{value:.0f}"].append(character)
    return found


DIGITS = folding_to("0123456789")
LETTERS = folding_to("abcdefghijklmnopqrstuvwxyz@.:/")
UNSEEN = [*(c for c in characters("Cc", "Cf", "Mn", "Me", "Co") if c not in "\t\n\v\f\r\u0085"), "\u3164", "\uffff"]
# Some signs stand for words, as \u213b for FAX.
SEPARATORS = [
    sign
    for sign in characters("Zs", "Zl", "Zp", "Pd", "Po", "Ps", "Pe", "Pi", "Pf", "Pc", "Sm", "Sk", "So", "Sc")
    if not any(map(str.isalpha, unicodedata.normalize("NFKC", sign)))
]
unseen = st.text(st.sampled_from(UNSEEN), max_size=2)
disguised_digits = st.sampled_from("0123456789").flatmap(lambda digit: st.sampled_from(DIGITS[digit]))


@every(name=NAMES)
def test_a_name_has_the_right_outcome(name: Name) -> None:
    assert (unsuitability(name.name) is None) is name.is_suitable
    if name.is_suitable and name.shown is not None:
        assert clean(name.name) == name.shown
    if name.same_as is not None:
        assert fold(name.name) == fold(name.same_as)


@every(
    text=[
        *(
            "evil.kz",
            "EVIL.KZ скидки",
            "evil·kz",
            "evil•kz",
            "evil。kz",
            "evil\u2024kz",
            "evil\ua4f8kz",
            "evil\u0660kz",
        ),
        *("evil,com", "evil🔴kz", "evil [.] shop", "evil(.)kz", 'evil"".kz', "evil .shop", "evil . shop", "evil. kz"),
        *("evil dot kz", "evil(dot)shop", "evil-dot-kz", "evil точка кз", "зло нүкте қаз", "evildotcom", "злоточкакз"),
        *("зло.қаз", "сайт.рф", "фонд.сайт", "мой-дом.онлайн", "мектеп.кз", "зло.ком", "зло.сом", "пример.каз"),
        *(
            "εvil.kz",
            "еvіl.кz",
            "evil.кz",
            "ⓔⓥⓘⓛ.ⓚⓩ",
            "🅴🆅🅸🅻.🅺🆉",
            "ᴇᴠɪʟ.ᴋᴢ",
            "ｅｖｉｌ．ｋｚ",
            "𝐞𝐯𝐢𝐥.𝐤𝐳",
            "e\u0301vil.k\u0301z",
        ),
        *(
            "vk com evil",
            "t me evil",
            "вк ком",
            "wa.me/evil",
            "bit.ly/x",
            "t.me/evil",
            "g.co",
            "Kaspi.kz",
            "x.com",
        ),
        *("https://evil.example", "hxxp evil", "h t t p s : / / a b", "e v i l . k z", "www evil kz", "//evil/path"),
        *("1.2.3.4", "ТОО 1.1.1.1", "[fe80:0:0:1] abc", "xn--80ao21a", "javascript:alert(1)", "evil.co.kg"),
        *('=HYPERLINK("x")', "=cmd|' /C calc'!A0", "+SUM(A1)", "Жарнама: evil.zip", "evil.kz-shop", "бір.evil.kz"),
        *(
            "evil.k\u0345z",
            "evil.k z",
            "evil*kz",
            "evil\u201akz",
            "т.ме/evil",
            "сайт зло рф",
            "наш сайт: зло",
            "ссылка в био",
            "<img src=x>",
        ),
    ],
)
def test_a_link_is_none_to_show_however_it_is_spelled(text: str) -> None:
    assert unsuitability(text) == "link"


@every(
    text=[
        *("evil@mail.ru", "evil @ mail", "evil＠mail", "evil﹫mail", "@evil", "evil(at)mail", "evil [at] mail"),
        *("evil собака mail.ru", "зло собака мейл", "зло (собака) почта", "evil at gmail", "evil gmail"),
    ],
)
def test_an_e_mail_address_is_none_to_show(text: str) -> None:
    assert unsuitability(text) == "contact_details"


@every(
    text=[
        *("инстаграм evil_shop", "инстаграм: эвил", "Instagram evilshop", "Инcтaгрaм evilshop", "instagram: evil.shop"),
        *(
            "tg: evil",
            "тг: зло",
            "WhatsApp: 8701",
            "ватсап evil",
            "evil_shop",
            "инстаграмда: зло",
            "Telegram-канал evil",
            "Наш канал: зло",
            "вк/зло",
            "телеграм - evil",
        ),
    ],
)
def test_who_somebody_is_in_a_network_is_none_to_show(text: str) -> None:
    assert unsuitability(text) == "handle"


@every(
    text=[
        *(
            "8 701 123 45 67",
            "8\u2013701\u2013123\u201345\u201367",
            "8/701/123/45/67",
            "8.7.0.1.1.2.3.4.5.6.7",
            "272-12-34",
        ),
        *(
            "27 21 234",
            "ЖСН 900101300123",
            "БИН 990940003176",
            "+7(701)123-45-67",
            "8№701№123№45№67",
            "1 2 3 4 5 6 7 а",
        ),
        *("٨٧٠١١٢٣٤٥٦٧", "❽❼⓿❶❶❷❸❹❺❻❼", "八七〇一一二三四五六七", "8️⃣7️⃣0️⃣1️⃣1️⃣2️⃣3️⃣ тел", "🔟🔟🔟🔟 аб", "⁸⁷⁰¹¹²³⁴⁵⁶⁷"),
        *(
            "87О1l234567",
            "8 7О1 l23 45 67",
            "8 7OO lll 45 67",
            "8 7 O 1 l 2 3 4 5 6 7",
            "8a701b123c45d67",
            "8 х 701 х 123 х 45 х 67",
        ),
        *("восемь семь ноль один один два три", "сегіз жеті нөл бір бір екі үш", "eight seven zero one one two three"),
        *("восемь семьсот один сто двадцать три сорок пять шестьдесят семь", "восемьсемьнольодинодиндватри"),
        *(
            "8 семь 0 один 123 45",
            "жеті жүз бір екі жүз үш бес",
            "vosem sem nol odin odin dva tri",
            "272 тире 12 тире 34",
        ),
        *(
            "8 нур 701 нур 123 нур 45 нур 67",
            "870 1998-2026",
            "8 701 1998 2026",
            "№123 №456 №7 мектеп",
            "1998 2001 2005 год",
        ),
        *("2026–1998 год", "00.00.0000 г.", "24/7 24/7 24/7 кафе"),
        *(
            "123 2026 мектеп",
            "2026-2026 год",
            "№123 №456 1 мектеп",
            "77 1998-2026 ат",
            "01.01.2026 02.01.2026 03.01.2026 а",
        ),
        *("5 х 501 х 123 х 45 х 6", "1ж2ж3ж4ж5ж6ж7", "жүз жүз 12 ат"),
    ],
)
def test_a_number_of_seven_digits_is_none_to_show_however_it_is_written(text: str) -> None:
    assert unsuitability(text) == "contact_details"


@every(
    text=[
        "Kaspi Erlan.ꓗꓜ",
        "Erlan.ⲥⲟⲙ",
        "evil.ᏦᏃ",
        "evil.cօm",
        "evil.ҝz",
        "evil.ҝаз",
        "evil.қz",
        "evil.kʒ",
        "evil.𐐽𐐬m",
        "evil.🇰🇿",
        "evil.k🇿",
    ],
)
def test_a_domain_in_letters_that_look_alike_is_a_link(text: str) -> None:
    assert unsuitability(text) == "link"


@every(
    text=[
        "Үміт қօры",
        "Kօspi",
        "Тօраз мектебі",
    ],
)
def test_a_word_of_letters_of_several_scripts_is_none_to_show(text: str) -> None:
    assert unsuitability(text) == "link"


@every(
    text=[
        "Հ.Թումանյան",
        "შ.რუსთაველი",
        "第十.中学",
        "LG电子 Қазақстан",
        "Jaŋa Əlem",
        "S.Əliyev",
        "μTorrent",
        "ΛLMΛTY Group",
        "Qazaq🇰🇿",
        "Алға. 🇰🇿",
        "Біз🎉🇰🇿",
    ],
)
def test_other_scripts_are_shown_where_they_hide_nothing(text: str) -> None:
    assert unsuitability(text) is None


@every(
    text=[
        "e.r.l.a.n.k.z",
        "evil.k.z",
        "e-v-i-l.k-z",
        "e-v-i-l-k-z",
        "t.m.e/evil",
        "т.м.е/эвил",
        "эвил.к.з",
        "evil . k . z",
    ],
)
def test_a_domain_that_is_spelled_letter_by_letter_is_a_link(text: str) -> None:
    assert unsuitability(text) == "link"


@every(
    text=[
        "каспи дот кз",
        "т точка ме слэш эрлан",
        "kaspi тчк кей зет",
        "каспи точка ка зет",
        "kaspi dot k z",
        "kaspi dot c o m",
        "kaspi.кей зет",
    ],
)
def test_a_dot_and_a_domain_may_be_said(text: str) -> None:
    assert unsuitability(text) == "link"


@every(
    text=[
        "Тараз қ. Қаз драма театры",
        "Респ. каз. театр",
        "Орг.ком.Тараз",
        "С.Мұқанов ат. каз. театр",
        "Обл. каз. драм. театр им. А.Токпанова",
        "Гор. ком. хоз",
        "Гос.рус.театр",
        "Вост.Каз.обл.",
        "обл.К.З. Нурпеисов",
        "А.К.З. Group",
        "Т.Р.У.",
        "T.M.Erlan",
        "Музей «ДОТ»",
    ],
)
def test_initials_and_abbreviations_are_no_domains(text: str) -> None:
    assert unsuitability(text) is None


@every(
    text=[
        "Көмек tg erlan77",
        "вк erlan77",
        "инст erlan77",
        "ig erlan77",
        "fb erlan_77",
        "ТГ канал erlan",
        "телеге erlan77",
        "инсте evil",
        "erlan77 on Instagram",
        "erlan77 инстаграм",
        "erlan77 в телеграме",
        "_erlan_help_",
        "evil_shop_",
        "_evil",
        "Instagram Evil77",
    ],
)
def test_a_nick_is_a_handle_with_its_network_or_an_underscore(text: str) -> None:
    assert unsuitability(text) == "handle"


@every(
    text=[
        "Telegram-канал Almaty News",
        "TikTok Kazakhstan",
        "YouTube Almaty Studio",
        "Facebook Developer Circle Almaty",
        "YouTube KBTU",
        "Инстаграм Mama Club",
        "WhatsApp: 5Б класс",
        "Канал: 7",
        "IT_School",
        "NIS_Taldykorgan",
        "Канал Almaty24",
        "Sport24 канал",
        "ВК Групп Казахстан",
        "Институт KIMEP",
    ],
)
def test_a_name_beside_a_network_is_no_handle(text: str) -> None:
    assert unsuitability(text) is None


@every(
    text=[
        "семёрка ноль единица единица двойка тройка четверка",
        "сегиз жети ноль бир бир еки уш",
        "segız jetı nöl bır bır ekı üş",
        "восемь и семь и ноль и один и один и два и три",
        "сегіз және жеті және нөл және бір және бір және екі және үш",
        "ТОО 🕗🕖🕛🕐🕐🕑🕒",
        "ТОО ⚀⚁⚂⚃⚄⚅⚀",
        "ТОО 🂨🂧🂡🂡🂢🂣🂤",
        "ТОО 🀇🀈🀉🀊🀋🀌🀍",
    ],
)
def test_a_phone_may_be_said_or_pictured(text: str) -> None:
    assert unsuitability(text) == "contact_details"


@every(
    text=[
        "тел. 24-56-78",
        "Тел 2-45-67",
        "звони 245678",
        "звоните: 24 56 78",
        "Phone 245678",
        "байланыс 245678",
    ],
)
def test_a_phone_of_a_town_is_known_by_the_word_before_it(text: str) -> None:
    assert unsuitability(text) == "contact_details"


@every(
    text=[
        "Gymnasium No. 105, 2026",
        "ОСИ «Сарыарка 31/2», 2021",
        "СТО №1 (24/7)",
        "СШ № 101, № 102, № 103",
        "№ 12, 45, 101 мектептер",
        "«1 000 000 ағаш»",
        "Желтоқсан 1986, 16-18",
        "1-2-3-4-5-6-7 сынып",
        "Службы 101, 102, 103",
        "мкр 10, 11, 12, 13",
        "Lada 2114-2115 клуб",
        "Қазақ хандығына 550 жыл 1465-2015",
        "Ұлы жүз 1465-2015",
        "Телефон доверия 150",
        "Телефонная станция 2020-2021",
        "Call-центр 1414",
        "AT & Mail Service",
        "ОФ «Best Собака Almaty»",
        "Торт №1, 1998–2026",
    ],
)
def test_numbers_of_which_names_are_made_are_no_phone(text: str) -> None:
    assert unsuitability(text) is None


@every(
    text=[
        "№ 101, 45, 12",
        "№ 27, 21, 234",
        "101, 203, 305",
        "№ 10, 20, 30, 401, 502",
        "7-2-3-4-5-6-8",
        "2115-2114 клуб",
        "8 701 000 000",
        "1 000 000 00",
        "0 000 000 аб",
        "31/2, 31/2, 2021",
        "16-18, 16-18 аб",
        "1465-2015, 1998-2026",
    ],
)
def test_numbers_out_of_order_are_a_phone_however_they_are_listed(text: str) -> None:
    assert unsuitability(text) == "contact_details"


@every(text=["", " ", "\u3164", "\uffff", "💩💩", "№ 5", "2026", "...", "А", "\u02b0\u0301", "\u2800\u2800"])
def test_a_text_without_letters_is_none(text: str) -> None:
    assert unsuitability(text) == "nothing_to_read"


def test_marks_are_not_stacked() -> None:
    assert unsuitability("З\u0300\u0315\u0321ло") == "stacked_marks"
    assert unsuitability("З\u0336л\u0336о\u0336е\u0336") == "stacked_marks"
    assert unsuitability("за\u0301мок") is None
    assert unsuitability("سّلام") is None


def test_a_text_is_as_long_as_what_is_shown_of_it() -> None:
    assert unsuitability("а" * MAX_LENGTH + "\u200b") is None
    assert unsuitability("а" * (MAX_LENGTH + 1)) == "too_long"
    assert unsuitability("\ufdfa" * 20) == "too_long"


@every(
    text=[
        *(
            "М. Әуезов атындағы мектеп",
            "М.Әуезов атындағы мектеп",
            "им.Ауэзова",
            "г.Алматы",
            "А.С.Пушкин",
            "J.P.Morgan",
        ),
        *("ИП В.Ким", "V.Kim", "Yu.Li", "P.Ma", "Dr. Dental", "St.Petersburg", "Node.js", "N.Energy", "Мир. Ру"),
        *(
            "Samsung Electronics Co., Ltd. KZ",
            "A.B.C. School",
            "Яндекс.Такси",
            "Аптека 36.6",
            "дубль 12.05.2026 и 13.05.2026",
        ),
        *(
            "Huawei Technologies Co.Ltd.",
            "Huawei Co., Ltd",
            "Bosch GmbH & Co. KG",
            "Samsung KZ",
            "Air Astana-KZ",
            "RU/KZ",
        ),
        *("Точка роста", "Точка кипения — Алматы", "Red Dot Design", "Приют «Собака — друг»", "Моя собака", "VK Fest"),
        *(
            "Instagram",
            "IG Group",
            "TG-Motors",
            "Мектеп_5",
            "1С-Рейтинг",
            "7Я",
            "«Qazaq★Tea»",
            "O\u00b4Brien",
            "Coca-Cola\u2122",
        ),
        *("ООО 24/7", "№ 5 ООО 2020", "ОО «1998–2026»", "Лицей № 165, 2025–2026", "№ 178 – 2026 мектебі", "в/ч 68303"),
        *(
            "ТОО «Астана-1998» 24/7",
            "1000 деревьев к 01.06.2026",
            "Школа № 5 в 2024 г. 100 лет",
            "duplicate of 2026-06-01",
        ),
        *(
            "Три сестры, семь братьев",
            "Жүз жылдық 2020-2021",
            "№ 123 «Зерде» лицейі № 45 бақша 2024",
            "Біз біргеміз 🇰🇿",
        ),
        *("Дубль: 1500 вместо 15000", "第十中学", "ok", "№ 12, 15, 18 мектептер", "Один плюс один 24/7"),
        *(
            "12, 1998–2026 мектебі",
            "двадцать пять, сорок шесть, десять",
            "двести сорок, триста пятьдесят",
            "бес жүз, жеті жүз",
        ),
    ],
)
def test_a_name_of_an_organisation_or_a_reason_is_shown(text: str) -> None:
    assert unsuitability(text) is None


@few_and_many(60, 2_000, text=st.text(st.characters() | st.sampled_from(UNSEEN)))
def test_the_fold_is_what_is_judged(text: str) -> None:
    assert unsuitability(clean(text)) == unsuitability(text)
    assert clean(clean(text)) == clean(text)
    assert fold(clean(text)) == fold(text)
    assert undisguised(clean(text)) == undisguised(text)


@few_and_many(200, 2_000, name=organisations)
def test_names_of_organisations_of_kazakhstan_are_shown_as_they_are(name: str) -> None:
    assert unsuitability(name) is None
    assert clean(name) == name


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Return seven to twelve digits of any script, with anything but words between them."""
    digits = draw(st.lists(disguised_digits, min_size=7, max_size=12))
    separators = st.sampled_from(SEPARATORS) | st.sampled_from(["", "", " ", "-", "\ufe0f\u20e3", " - ", "/"])
    return "".join(digit + draw(separators) + draw(unseen) for digit in digits)


@pytest.mark.parametrize("number", ["2000 0 0 00/0", "2001 7 7 123/4", "05-12 2000 7", "45/2, 2001 33", "2000 00/7"])
def test_a_house_beside_a_year_is_no_way_to_hide_a_number(number: str) -> None:
    assert unsuitability(f"ТОО {number}") == "contact_details"


@few_and_many(60, 2_000, number=numbers(), before=st.sampled_from(["", "ТОО ", "call me "]))
def test_no_seven_digits_in_a_row_are_shown(number: str, before: str) -> None:
    assert unsuitability(before + number) is not None


def disguised(text: str) -> st.SearchStrategy[str]:
    """Return a text of which each character is any that folds to it, with invisible ones between."""
    return st.tuples(
        *(st.tuples(st.sampled_from(LETTERS.get(character, [character])), unseen) for character in text)
    ).map(lambda pairs: "".join(character + hidden for character, hidden in pairs))


@few_and_many(
    200,
    2_000,
    link=st.sampled_from(["evil.kz", "https://evil", "t.me/evil", "evil.shop", "www.evil.com", "vk.com/evil"]).flatmap(
        disguised
    ),
)
def test_no_link_is_shown_in_any_disguise(link: str) -> None:
    assert unsuitability(link) is not None
    assert unsuitability(f"Үміт {link} қоры") is not None


@few_and_many(60, 2_000, text=st.sampled_from(["@", "evil@mail", "a @ b"]).flatmap(disguised))
def test_no_at_sign_is_shown_in_any_disguise(text: str) -> None:
    assert unsuitability(f"Үміт {text}") is not None
