"""What the page of the data says: which files there are, how they are made, what is left out, and on what terms."""

from collections.abc import Iterator, Mapping
from html import escape

from chalicelib.api.link_preview import DATA, address
from chalicelib.domain.campaign import Translations
from chalicelib.domain.vocabulary import LANGUAGES, Language
from chalicelib.domain.words import CAMPAIGN_NAME

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LICENCE_NAME = "Creative Commons Attribution 4.0 (CC BY 4.0)"
_SUN = '<img src="/widget/sun.svg" alt="" width="40" height="40">'

_FILES: Mapping[str, Translations] = {
    "totals.csv": {
        "kk": "Қазір есептелген барлық іс: өңір мен түрі бойынша, бағандары үтірмен бөлінген.",
        "ru": "Всё, что посчитано сейчас: по регионам и видам, столбцы разделены запятыми.",
        "en": "All that counts now, by region and kind; commas between columns.",
    },
    "totals-excel.csv": {
        "kk": "Дәл сол кесте Excel мен LibreOffice үшін: бағандары нүктелі үтірмен бөлінген.",
        "ru": "Та же таблица для Excel и LibreOffice: столбцы разделены точкой с запятой.",
        "en": "The same table for Excel and LibreOffice in Kazakh and Russian; semicolons between columns.",
    },
    "days.csv": {
        "kk": "Барлық күндердің жиыны: әр күн не қосты, не түзетілді және оның файлы қайда.",
        "ru": "Итоги по дням: что прибавил каждый день, что исправлено и где его файл.",
        "en": "Daily totals: what each day added, what was corrected, and where its file is.",
    },
}
_FILES_HEADING: Translations = {"kk": "Файлдар", "ru": "Файлы", "en": "Files"}
_DAYS_HEADING: Translations = {"kk": "Күндер", "ru": "Дни", "en": "Days"}
_DAYS: Translations = {
    "kk": "Әр күннің файлында оның әр сағаты өңір мен түрі бойынша, ал түзетулер бөлек жолдармен жазылған. "
    "Файлдардың мекенжайлары days.csv кестесінде; онда жоқ күні ештеңе тіркелмеген де, түзетілмеген де. "
    "Excel-де оларды «Деректер → Мәтіннен/CSV-ден» арқылы ашыңыз.",
    "ru": "В файле дня — каждый его час по регионам и видам, а исправления — отдельными строками. "
    "Адреса файлов — в таблице days.csv; если дня в ней нет, в этот день ничего не записано и не исправлено. "
    "В Excel открывайте их через «Данные → Из текстового/CSV-файла».",
    "en": "A day's file has each of its hours by region and kind, and corrections as lines of their own. "
    "Where the files are, days.csv says; on a day that it does not list nothing was recorded or corrected. "
    "In Excel, open them by Data → From Text/CSV.",
}
_METHOD_HEADING: Translations = {"kk": "Қалай есептеледі", "ru": "Как считается", "en": "How it is counted"}
_METHOD: tuple[Translations, ...] = (
    {
        "kk": "Тек тіркелген істер есептеледі. Тексерудегі, қабылданбаған және кері алынған істер жиынға кірмейді.",
        "ru": "Учитываются только зарегистрированные дела. Тех, что на проверке, отклонены или отозваны, в итогах нет.",
        "en": "Only registered acts count. What is under review, was rejected or withdrawn is in no total.",
    },
    {
        "kk": "Іс тіркелген сағатына жатады. Уақыт — Қазақстан уақыты (UTC+5); as_of бағанында — UTC.",
        "ru": "Дело относится к часу, в который зарегистрировано. Время — Казахстана (UTC+5), в столбце as_of — UTC.",
        "en": "An act belongs to the hour in which it was recorded. Times are Kazakhstan's (UTC+5); as_of is in UTC.",
    },
    {
        "kk": "Кейін мақұлданған, түзетілген не кері алынған іс сол өзгеріс жасалған күннің файлында бөлек жол "
        "болады; date пен hour бағандары оның қай күн мен сағатқа қатысты екенін айтады. "
        "Өткен күннің файлы қайта жазылмайды.",
        "ru": "Одобрение, исправление или отзыв — отдельная строка в файле того дня, когда это сделано; столбцы date "
        "и hour говорят, к какому дню и часу она относится. Файл прошедшего дня не переписывается.",
        "en": "An approval, a correction or a withdrawal is a line of its own in the file of the day on which it was "
        "made; its date and hour say which day and hour it changes. The file "
        "of a day that is over is not written over.",
    },
    {
        "kk": "Күн түн ортасынан 25 сағат өткен соң түпкілікті болады: days.csv кестесінде final — true.",
        "ru": "День становится окончательным через 25 часов после полуночи: в days.csv у него final — true.",
        "en": "A day is final 25 hours after its midnight: days.csv then says true under final.",
    },
)
_WITHHELD_HEADING: Translations = {"kk": "Не көрсетілмейді", "ru": "Что не показано", "en": "What is not shown"}
_WITHHELD: Translations = {
    "kk": "Ешкімнің аты көрсетілмейді. Іс аз болса, жолда бір ғана іс тұруы мүмкін; науқан ондай жолдарды өңірсіз "
    "көрсете алады: place бағанында other тұрады. Жиындар дәл күйінде қалады.",
    "ru": "Имён нет. Где дел мало, строка может быть об одном деле; кампания может показать такие строки без "
    "региона: в столбце place стоит other. Суммы при этом точны.",
    "en": "Nobody is named. Where acts are few, a line may be of one act alone; a campaign may show such lines "
    "without their region: place is then other. Sums stay exact.",
}
_LICENCE_HEADING: Translations = {"kk": "Лицензия", "ru": "Лицензия", "en": "Licence"}
_LICENCE: Translations = {
    "kk": "Деректерді еркін пайдалана аласыз, тек дереккөзін атаңыз. Мысалы:",
    "ru": "Данные можно свободно использовать с указанием источника. Например:",
    "en": "The data are free to use where their source is named. For example:",
}
_CITED: Translations = {
    "kk": "деректер, as_of 2026-06-02",
    "ru": "данные, as_of 2026-06-02",
    "en": "data as of 2026-06-02",
}
_HOME: Translations = {"kk": "Марафон беті", "ru": "Страница марафона", "en": "The marathon's page"}
_SKIP: Translations = {"kk": "Мазмұнға өту", "ru": "Перейти к содержанию", "en": "Skip to content"}
_LANGUAGE_NAMES: Translations = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


def body(language: Language, campaign: str) -> str:
    """Return what stands between the page's head and its end, in a language; the files are a campaign's."""
    return "\n".join(_lines(language, f"/v1/campaigns/{campaign}/"))


def _lines(language: Language, base: str) -> Iterator[str]:
    home = address("", "/", language)
    name = escape(CAMPAIGN_NAME[language])
    yield f'<a class="skip" href="#main">{_SKIP[language]}</a>'
    yield f'<header>\n  <a class="brand" href="{home}">{_SUN}{name}</a>'
    yield '  <nav aria-label="Тіл · Язык · Language">'
    for other in LANGUAGES:
        current = ' aria-current="page"' if other == language else ""
        link = f'<a href="{address("", DATA.path, other)}" lang="{other}" hreflang="{other}"{current}>'
        yield f"    {link}{_LANGUAGE_NAMES[other]}</a>"
    yield '  </nav>\n</header>\n<main id="main">\n<h1>{{heading}}</h1>\n<p class="lead">{{about}}</p>'
    yield f"<h2>{_FILES_HEADING[language]}</h2>\n<dl>"
    for file, about in _FILES.items():
        yield f'<dt><a href="{base}{file}">{file}</a></dt><dd>{about[language]}</dd>'
    yield f"</dl>\n<h2>{_DAYS_HEADING[language]}</h2>\n<p>{_DAYS[language]}</p>"
    yield f'<ul id="days" data-base="{base}" hidden></ul>'
    yield f"<h2>{_METHOD_HEADING[language]}</h2>\n<ul>"
    yield from (f"<li>{said[language]}</li>" for said in _METHOD)
    yield f"</ul>\n<h2>{_WITHHELD_HEADING[language]}</h2>\n<p>{_WITHHELD[language]}</p>"
    yield f"<h2>{_LICENCE_HEADING[language]}</h2>"
    yield f'<p><a rel="license" href="{LICENCE}">{_LICENCE_NAME}</a>. {_LICENCE[language]}</p>'
    yield f"<blockquote>{name}: {_CITED[language]}, CC BY 4.0</blockquote>\n</main>"
    yield f'<footer><p><a href="{home}">{_HOME[language]}</a></p></footer>'
