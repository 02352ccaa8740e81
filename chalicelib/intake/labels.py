"""Words by which people choose on a form, in Kazakh and Russian; in English the codes themselves are such words."""

from collections.abc import Mapping
from functools import cache

from chalicelib.domain.folding import fold_label
from chalicelib.domain.vocabulary import Kind, ParticipantType


def folded(*words: str) -> frozenset[str]:
    """Return words as they are compared."""
    return frozenset(map(fold_label, words))


KIND_LABELS: Mapping[Kind, tuple[str, ...]] = {
    "volunteering": ("еріктілік", "волонтёрлік", "волонтёрство"),
    "good_deed": ("қайырымды іс", "ізгі іс", "доброе дело"),
    "donation": ("қайырмалдық", "пожертвование"),
    "class_hour": ("сынып сағаты", "классный час"),
    "online_training": ("онлайн тренинг", "онлайн оқыту", "онлайн обучение"),
    "master_class": ("шеберлік сабағы", "шеберлік сыныбы", "мастер класс"),
    "initiative": ("бастама", "инициатива"),
    "media_coverage": ("бақ материалы", "бақ жарияланымы", "публикация в сми", "материал в сми", "материал сми"),
}

PARTICIPANT_TYPE_LABELS: Mapping[ParticipantType, tuple[str, ...]] = {
    "citizen": (
        *("азамат", "жеке тұлға", "гражданин", "гражданка", "физическое лицо", "физлицо", "физ лицо", "person"),
        *("частное лицо", "қр азаматы", "гражданин рк"),
        *("individual", "ерікті", "волонтёр", "volunteer", "оқушы", "ученик", "школьник", "студент", "student"),
        *("мұғалім", "учитель", "teacher", "зейнеткер", "пенсионер"),
    ),
    "state_body": ("мемлекеттік орган", "государственный орган", "госорган", "әкімдік", "акимат", "министерство"),
    "ngo": (
        *("үеұ", "үкіметтік емес ұйым", "нпо", "неправительственная организация", "non governmental organisation"),
        *("non governmental organization", "қоғамдық қор", "общественный фонд", "қоғамдық бірлестік"),
        "общественное объединение",
    ),
    "business": (
        *("бизнес", "кәсіпорын", "компания", "предприятие", "company", "тоо", "жшс"),
        *("жауапкершілігі шектеулі серіктестік", "товарищество с ограниченной ответственностью", "llp", "ао", "ақ"),
        *("акционерное общество", "акционерлік қоғам", "ип", "жк", "индивидуальный предприниматель"),
        *("жеке кәсіпкер", "кәсіпкер", "предприниматель"),
    ),
    "school": ("мектеп", "школа"),
    "college": ("колледж",),
    "university": ("жоо", "жоғары оқу орны", "университет", "вуз"),
    "media": ("бақ", "сми"),
}

ABROAD_NAMES = folded("шетел", "шетелде", "за рубежом", "за границей", "зарубежье", "abroad")


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kind that each folded code and label means."""
    return {fold_label(word): kind for kind, labels in KIND_LABELS.items() for word in (kind, *labels)}


@cache
def participant_types() -> Mapping[str, ParticipantType]:
    """Return the participant type that each folded code and label means."""
    return {fold_label(word): found for found, labels in PARTICIPANT_TYPE_LABELS.items() for word in (found, *labels)}
