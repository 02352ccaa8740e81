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
    "media_coverage": ("бақ материалы", "бақ жарияланымы", "публикация в сми", "материал в сми"),
}

PARTICIPANT_TYPE_LABELS: Mapping[ParticipantType, tuple[str, ...]] = {
    "citizen": ("азамат", "жеке тұлға", "гражданин", "физическое лицо", "частное лицо", "person"),
    "state_body": ("мемлекеттік орган", "государственный орган", "госорган"),
    "ngo": ("үеұ", "үкіметтік емес ұйым", "нпо", "неправительственная организация", "non governmental organisation"),
    "business": ("бизнес", "кәсіпорын", "компания", "предприятие", "company"),
    "school": ("мектеп", "школа"),
    "college": ("колледж",),
    "university": ("жоо", "жоғары оқу орны", "университет", "вуз"),
    "media": ("бақ", "сми"),
}

HOME_COUNTRY_NAMES = folded("kz", "kaz", "қазақстан", "қазақстан республикасы", "казахстан", "kazakhstan")
ABROAD_NAMES = folded("шетел", "шетелде", "за рубежом", "за границей", "зарубежье", "abroad")

YES = folded("true", "1", "yes", "on", "agree", "i agree", "да", "согласен", "согласна", "согласен(на)") | folded(
    "иә", "келісемін", "келісім беремін"
)
NO = folded("false", "0", "no", "off", "disagree", "нет", "не согласен", "не согласна", "жоқ", "келіспеймін")


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kind that each folded code and label means."""
    return {fold_label(word): kind for kind, labels in KIND_LABELS.items() for word in (kind, *labels)}


@cache
def participant_types() -> Mapping[str, ParticipantType]:
    """Return the participant type that each folded code and label means."""
    return {fold_label(word): found for found, labels in PARTICIPANT_TYPE_LABELS.items() for word in (found, *labels)}
