"""Names that nobody has, as people in Kazakhstan have and write them, and how forms word what can be chosen."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.vocabulary import Kind, ParticipantType

FIRST_NAMES = (
    *("Айгүл", "Ерлан", "Динара", "Нұрлан", "Әсел", "Бауыржан", "Гүлнар", "Дәурен", "Жанар", "Қайрат", "Мәди"),
    *("Ольга", "Сергей", "Наталья", "Алексей", "Марина", "Виктор", "Екатерина", "Павел"),
)
LAST_NAMES = ("Үлгі", "Сынақ", "Мысал", "Жаттығу", "Образец", "Пример", "Проба", "Тестова")

ORGANISATIONS: Mapping[ParticipantType, Sequence[str]] = {
    "school": ("№ {} мектеп-гимназия", "Школа-лицей № {}"),
    "college": ("№ {} көпсалалы колледж", "Политехнический колледж № {}"),
    "university": ("Үлгі университеті № {}", "Учебный университет № {}"),
    "business": ("«Жаңа жол {}» ЖШС", "ТОО «Добрый путь {}»"),
    "ngo": ("«Қамқор {}» қоры", "Фонд «Добрые руки {}»"),
    "state_body": ("№ {} ауыл әкімдігі", "Акимат села № {}"),
    "media": ("«Дала үні {}» газеті", "Газета «Степной вестник {}»"),
}

ATTACK = "Марафонға қарсымыз {}"
"""What a name attack writes on the board."""

ATTACK_REGION = "KZ-75"
"""Where it comes from, or says so."""

KINDS: Mapping[Kind, tuple[str, str]] = {
    "volunteering": ("Еріктілік", "Волонтёрство"),
    "good_deed": ("Қайырымды іс", "Доброе дело"),
    "donation": ("Қайырмалдық", "Пожертвование"),
    "class_hour": ("Сынып сағаты", "Классный час"),
    "online_training": ("Онлайн-тренинг", "Онлайн-тренинг ру"),
    "master_class": ("Шеберлік сабағы", "Мастер-класс"),
    "initiative": ("Бастама", "Инициатива"),
    "media_coverage": ("БАҚ-тағы жарияланым", "Публикация в СМИ"),
}
"""What a form offers to choose from, in Kazakh and Russian."""

KIND_ANSWERS: Mapping[str, Kind] = {label: kind for kind, labels in KINDS.items() for label in labels}
"""What each choice stands for."""

COUNTRIES = ("DE", "TR", "US", "KR", "AE", "CN", "RU")
"""Where compatriots take part from."""

REGIONS: Mapping[str, int] = {
    "KZ-75": 16,
    "KZ-71": 12,
    "KZ-79": 8,
    "KZ-61": 7,
    "KZ-19": 6,
    "KZ-35": 6,
    "KZ-31": 5,
    "KZ-55": 5,
    "KZ-63": 5,
    "KZ-15": 4,
    "KZ-11": 4,
    "KZ-39": 4,
    "KZ-27": 4,
    "KZ-43": 4,
    "KZ-23": 3,
    "KZ-47": 3,
    "KZ-59": 3,
    "KZ-10": 3,
    "KZ-33": 3,
    "KZ-62": 2,
}
"""How often each region takes part: roughly as many live there."""
