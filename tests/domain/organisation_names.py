"""Names of organisations of Kazakhstan, drawn from the words that such names are made of."""

from hypothesis import strategies as st

_PEOPLE = """Абай Құнанбаев|Мұхтар Әуезов|Ыбырай Алтынсарин
Шоқан Уәлиханов|Қаныш Сәтбаев|Әл-Фараби|Жамбыл Жабаев
Әлия Молдағұлова|Мәншүк Мәметова|Бауыржан Момышұлы|Ахмет Байтұрсынұлы|Міржақып Дулатұлы|Мағжан Жұмабаев
Л. Н. Гумилев|А. С. Пушкин|Ю. А. Гагарин|Рақымжан Қошқарбаев|Кенесары Қасымұлы|Динмухамед Кунаев|Толеген Айбергенов"""
PEOPLE = _PEOPLE.replace("\n", "|").split("|")
_PLACES = """Астана|Алматы|Шымкент|Ақтөбе|Қарағанды|Тараз|Павлодар|Өскемен|Семей|Орал|Қостанай|Қызылорда|Атырау|Ақтау
Петропавл|Көкшетау|Талдықорған|Түркістан|Жезқазған|Екібастұз|Рудный|Щучинск|Сарыағаш|Қаскелең|Риддер|Степногорск"""
PLACES = _PLACES.replace("\n", "|").split("|")
_WORDS = """Үміт|Мейірім|Қазына|Болашақ|Шаңырақ|Нұр|Жарық
Достық|Бірлік|Самұрық|Тұлпар|Алтын бесік|Ақ ниет|Қамқорлық|Асар
Ромашка|Восток|Надежда|Доброе сердце|Точка роста
Семь ветров|Тёплый дом|Три сестры|Жеті ата|Бес батыр|Мың бала|Он саусақ|Восток и Запад
Kazyna|Umit|Dostyq|Steppe Eagle|Altyn Orda|Samruk|Nomad|QazTech|Green Hub|Silk Way|Tengri|Jas Qanat|Bastau|Zhas Otan"""
WORDS = _WORDS.replace("\n", "|").split("|")
_WORKS = "Строй|Агро|Медиа|Трейд|Сервис|Логистик|Фарм|Тех|Энерго|Құрылыс|Инвест|Group|Partners|Consulting|Capital|Media"
WORKS = _WORKS.split("|")

numbers = st.integers(1, 350)
years = st.integers(1936, 2030)
people = st.sampled_from(PEOPLE)
places = st.sampled_from(PLACES)
words = st.sampled_from(WORDS)
works = st.sampled_from(WORKS)


@st.composite
def initials(draw: st.DrawFn) -> str:
    """Return a person by surname: `Ы. Алтынсарин`, `Ы.Алтынсарин` or `Алтынсарин Ы.`."""
    first, *_, last = draw(people.filter(lambda name: name[1] != "." and " " in name)).split()
    return draw(st.sampled_from([f"{first[0]}. {last}", f"{first[0]}.{last}", f"{last} {first[0]}."]))


@st.composite
def schools(draw: st.DrawFn) -> str:
    number, year, person, initial = draw(numbers), draw(years), draw(people), draw(initials())
    place, word = draw(places), draw(words)
    return draw(
        st.sampled_from(
            [
                f"№ {number} {initial} атындағы мектеп-гимназия",
                f"№{number} мектеп",
                f"{place} қаласы, №{number} жалпы білім беретін мектеп",
                f"{person} атындағы №{number} мектеп-лицей КММ",
                f"КГУ «Общеобразовательная школа № {number} имени {initial}»",
                f"Школа-лицей № {number} им.{initial.split('.')[-1].strip() or person}, {place}",
                f"СШ №{number} г.{place}",
                f"{place}, школа № {number} («{word}», основана в {year} году)",
                f"ГККП «Ясли-сад № {number} “{word}”»",
                f"№ {number} «{word}» бөбекжай-бақшасы",
                f"{word} колледжі, {year}–{year + 4}",
                f"Лицей № {number}, {year}",
                f"{person} атындағы {place} университеті",
                f"НИШ ФМН {place}",
                f"School-Lyceum No. {number}, {place}",
                f"IT-лицей «{word}» ({number} оқушы)",
                f"№ {number} және № {number + 1} мектептер",
                f"Филиал школы № {number}, 24/7",
            ]
        )
    )


@st.composite
def firms(draw: st.DrawFn) -> str:
    word, work, year, number, initial = draw(words), draw(works), draw(years), draw(numbers), draw(initials())
    return draw(
        st.sampled_from(
            [
                f"ТОО «{word}-{year}»",
                f"ЖШС «{word} {work}»",
                f"АО «{word}»",
                f"«{word}» АҚ",
                f"{word} {work} LLP",
                f"TOO {word}-{work}",
                f"ИП {initial}",
                f"ЖК «{word}» 24/7",
                f"КХ «{word} {number}»",
                f"{word} & Sons Ltd.",
                f"{word} Co., Ltd",
                f"JSC {word} {work}",
                f"ТОО «{word}{work} {year}»",
                f"Магазин «{word}», {number}-бөлім",
                f"Кафе {word} 24/7",
                f"{word} {work} ({year}–{year + 1})",
                f"ПК «{word}»",
                f"ТОО «СК {word} - {number}»",
                f"«{word}» сауда үйі",
                f"{word}'s {work} GmbH & Co. KG",
            ]
        )
    )


@st.composite
def charities(draw: st.DrawFn) -> str:
    word, place, person, year, number = draw(words), draw(places), draw(people), draw(years), draw(numbers)
    return draw(
        st.sampled_from(
            [
                f"ҚҚ «{word}» қоры",
                f"ОФ «{word}»",
                f"ОО «{word} {place}»",
                f"{place} еріктілер жасағы",
                f"РОО «Волонтёры {place}»",
                f"{person} атындағы қайырымдылық қоры",
                f"Фонд имени {person}",
                f"{word} Foundation {year}",
                f"«{word}-{year}» жастар қозғалысы",
                f"Приют «{word}» — {number} хвостов",
                f"Клуб «Кому за {number}»",
                f"{word}: {year}/{year + 1}",
            ]
        )
    )


@st.composite
def state_bodies(draw: st.DrawFn) -> str:
    place, number, initial = draw(places), draw(numbers), draw(initials())
    return draw(
        st.sampled_from(
            [
                f"Акимат г. {place}",
                f"{place} қаласының әкімдігі",
                "Қазақстан Республикасы Оқу-ағарту министрлігі",
                f"ГУ «Управление образования города {place}»",
                f"{place} облысының білім басқармасы",
                f"РГУ «Войсковая часть {20_000 + number}»",
                f"Отдел полиции № {number}",
                f"Городская больница №{number} г. {place}",
                f"КГП на ПХВ «Поликлиника № {number}»",
                f"{place} аудандық мәслихаты",
                f"Библиотека им. {initial}",
                f"{number}-й пожарно-спасательный отряд ДЧС г.{place}",
                "Ministry of Education of the Republic of Kazakhstan",
            ]
        )
    )


organisations = schools() | firms() | charities() | state_bodies()
