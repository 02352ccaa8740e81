"""What people read in kk, ru and en: the campaign's name; names of metrics, kinds, participants, channels, places.

Pages and widgets have them from here too: `make generate` writes them out as JavaScript.
"""

from collections.abc import Mapping
from functools import cache

from chalicelib.domain.campaign import Translations
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import LANGUAGES, Kind, Language, Metric, ParticipantType, Source

CAMPAIGN_NAME: Translations = {
    "kk": "Қайырымды істер марафоны",
    "ru": "Марафон добрых дел",
    "en": "Marathon of Good Deeds",
}

METRIC_NAMES: Mapping[Metric, Translations] = {
    "participants": {"kk": "Қатысушылар", "ru": "Участники", "en": "Participants"},
    "participations": {"kk": "Үлестер", "ru": "Вклады", "en": "Contributions"},
    "people": {"kk": "Адамдар", "ru": "Люди", "en": "People"},
    "hours": {"kk": "Сағаттар", "ru": "Часы", "en": "Hours"},
    "amount": {"kk": "Қайырмалдық", "ru": "Пожертвования", "en": "Donations"},
    "volunteers": {"kk": "Еріктілер", "ru": "Волонтёры", "en": "Volunteers"},
    "good_deeds": {"kk": "Қайырымды істер", "ru": "Добрые дела", "en": "Good deeds"},
    "events_held": {"kk": "Іс-шаралар", "ru": "Мероприятия", "en": "Events"},
    "organisations": {"kk": "Ұйымдар", "ru": "Организации", "en": "Organisations"},
}

METRIC_NOUNS: Mapping[Metric, Mapping[Language, tuple[str, ...]]] = {
    "participants": {
        "kk": ("қатысушы",),
        "ru": ("участников", "участник", "участника"),
        "en": ("participants", "participant"),
    },
    "participations": {
        "kk": ("үлес",),
        "ru": ("вкладов", "вклад", "вклада"),
        "en": ("contributions", "contribution"),
    },
    "people": {"kk": ("адам",), "ru": ("человек", "человек", "человека"), "en": ("people", "person")},
    "hours": {"kk": ("сағат",), "ru": ("часов", "час", "часа"), "en": ("hours", "hour")},
    "amount": {"kk": ("қайырмалдық",), "ru": ("пожертвовано",) * 3, "en": ("donated",) * 2},
    "volunteers": {
        "kk": ("ерікті",),
        "ru": ("волонтёров", "волонтёр", "волонтёра"),
        "en": ("volunteers", "volunteer"),
    },
    "good_deeds": {
        "kk": ("қайырымды іс",),
        "ru": ("добрых дел", "доброе дело", "добрых дела"),
        "en": ("good deeds", "good deed"),
    },
    "events_held": {
        "kk": ("іс-шара",),
        "ru": ("мероприятий", "мероприятие", "мероприятия"),
        "en": ("events", "event"),
    },
    "organisations": {
        "kk": ("ұйым",),
        "ru": ("организаций", "организация", "организации"),
        "en": ("organisations", "organisation"),
    },
}
"""What follows a number: in Kazakh one form; in Russian those after 5, 1 and 2; in English those after 2 and 1."""

KIND_NAMES: Mapping[Kind, Translations] = {
    "volunteering": {"kk": "Еріктілік", "ru": "Волонтёрство", "en": "Volunteering"},
    "good_deed": {"kk": "Қайырымды іс", "ru": "Доброе дело", "en": "Good deed"},
    "donation": {"kk": "Қайырмалдық", "ru": "Пожертвование", "en": "Donation"},
    "class_hour": {"kk": "Сынып сағаты", "ru": "Классный час", "en": "Class hour"},
    "online_training": {"kk": "Онлайн-тренинг", "ru": "Онлайн-тренинг", "en": "Online training"},
    "master_class": {"kk": "Шеберлік сабағы", "ru": "Мастер-класс", "en": "Master class"},
    "initiative": {"kk": "Бастама", "ru": "Инициатива", "en": "Initiative"},
    "media_coverage": {"kk": "БАҚ материалы", "ru": "Материал СМИ", "en": "Media coverage"},
}

PARTICIPANT_TYPE_NAMES: Mapping[ParticipantType, Translations] = {
    "citizen": {"kk": "Азаматтар", "ru": "Граждане", "en": "Citizens"},
    "state_body": {"kk": "Мемлекеттік органдар", "ru": "Государственные органы", "en": "State bodies"},
    "ngo": {"kk": "Үкіметтік емес ұйымдар", "ru": "Неправительственные организации", "en": "NGOs"},
    "business": {"kk": "Бизнес", "ru": "Бизнес", "en": "Businesses"},
    "school": {"kk": "Мектептер", "ru": "Школы", "en": "Schools"},
    "college": {"kk": "Колледждер", "ru": "Колледжи", "en": "Colleges"},
    "university": {"kk": "Университеттер", "ru": "Университеты", "en": "Universities"},
    "media": {"kk": "БАҚ", "ru": "СМИ", "en": "Media"},
}

SOURCE_NAMES: Mapping[Source, Translations] = {
    "api": {"kk": "Серіктестердің жүйелері", "ru": "Системы партнёров", "en": "Partners' systems"},
    "meta": dict.fromkeys(LANGUAGES, "Facebook, Instagram"),
    "vk": {"kk": "ВКонтакте", "ru": "ВКонтакте", "en": "VK"},
    "telegram": dict.fromkeys(LANGUAGES, "Telegram"),
    "whatsapp": dict.fromkeys(LANGUAGES, "WhatsApp"),
    "typeform": dict.fromkeys(LANGUAGES, "Typeform"),
    "tally": dict.fromkeys(LANGUAGES, "Tally"),
    "google_ads": dict.fromkeys(LANGUAGES, "Google Ads"),
    "standard": {
        "kk": "Google Forms және басқа сайттар",
        "ru": "Google Forms и другие сайты",
        "en": "Google Forms and other sites",
    },
}

OTHER_NAMES: Translations = {"kk": "Өңірі көрсетілмеген", "ru": "Без указания региона", "en": "Place not shown"}
"""What stands for the places of what is shown without them."""


@cache
def place_names() -> Mapping[str, Translations]:
    """Return the names of every place that totals are kept of: the regions by code, then `abroad`."""
    abroad: Translations = {"kk": "Шетелде", "ru": "За рубежом", "en": "Abroad"}
    return {**{region.code: region.names for region in regions().values()}, ABROAD: abroad}
