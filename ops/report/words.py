"""What the page of a report says, but for names that others have too."""

from collections.abc import Mapping

from chalicelib.domain.campaign import Translations
from chalicelib.domain.vocabulary import Language

WORDS: Mapping[str, Translations] = {
    "report": {"kk": "Қорытынды есеп", "ru": "Итоговый отчёт", "en": "Final report"},
    "interim": {"kk": "Аралық есеп", "ru": "Промежуточный отчёт", "en": "Interim report"},
    "test": {
        "kk": "Сынақ: бұл сандар шынайы емес",
        "ru": "Тест: эти числа не настоящие",
        "en": "Test: these numbers are not real",
    },
    "as_of": {"kk": "Деректер уақыты", "ru": "Данные на", "en": "As of"},
    "time_zone": {"kk": "Қазақстан уақыты", "ru": "время Казахстана", "en": "Kazakhstan time"},
    "goals": {"kk": "Мақсаттар", "ru": "Цели", "en": "Goals"},
    "of_goal": {"kk": "мақсат: {target}", "ru": "цель: {target}", "en": "goal: {target}"},
    "milestones": {"kk": "Жеткен межелер", "ru": "Взятые рубежи", "en": "Milestones reached"},
    "days": {"kk": "Күн сайын", "ru": "День за днём", "en": "Day by day"},
    "hours_of_day": {"kk": "Сағат сайын", "ru": "Час за часом", "en": "Hour by hour"},
    "day": {"kk": "Күн", "ru": "День", "en": "Day"},
    "busiest": {
        "kk": "Ең қарқынды минут: {day}, {at} — минутына {count}",
        "ru": "Самая насыщенная минута: {day}, {at} — {count} за минуту",
        "en": "The busiest minute: {day}, {at}, with {count}",
    },
    "days_note": {
        "kk": "Түзету мен кері алу шешім қабылданған күннен шегеріледі.",
        "ru": "Исправления и отзывы вычтены из того дня, в который принято решение.",
        "en": "Corrections and withdrawals are taken from the day on which they were decided.",
    },
    "regions": {"kk": "Өңірлер", "ru": "Регионы", "en": "Regions"},
    "region": {"kk": "Өңір", "ru": "Регион", "en": "Region"},
    "kinds": {"kk": "Не жасалды", "ru": "Что сделано", "en": "What was done"},
    "kind": {"kk": "Түрі", "ru": "Вид", "en": "Kind"},
    "participant_types": {"kk": "Кімдер қатысты", "ru": "Кто участвовал", "en": "Who took part"},
    "participant_type": {"kk": "Қатысушылар", "ru": "Участники", "en": "Participants"},
    "count": {"kk": "Саны", "ru": "Число", "en": "How many"},
    "channels": {"kk": "Қандай арналармен келді", "ru": "Какими путями пришли", "en": "How they came"},
    "channel": {"kk": "Арна", "ru": "Канал", "en": "Channel"},
    "organisations": {"kk": "Ұйымдар", "ru": "Организации", "en": "Organisations"},
    "organisation": {"kk": "Ұйым", "ru": "Организация", "en": "Organisation"},
    "organisations_note": {
        "kk": "Барлығы {count}. Мұнда адам саны бойынша алғашқы {shown}, атауын көрсетуге болатындар ғана.",
        "ru": "Всего {count}. Здесь первые {shown} по числу людей, только те, чьи названия можно показывать.",
        "en": "{count} in all. These are the first {shown} by people, of those whose names may be shown.",
    },
    "changes": {"kk": "Түзетулер", "ru": "Исправления", "en": "Corrections"},
    "changes_note": {
        "kk": "Қате табылса, сан ашық түзетіледі. Кестеде шешімдер жалпы сандарды қаншаға өзгерткені көрсетілген.",
        "ru": "Где находится ошибка, число исправляется открыто. В таблице — на сколько решения изменили итоги.",
        "en": "Where a mistake is found, the number is corrected in the open. "
        "The table says by how much decisions changed the totals.",
    },
    "decision": {"kk": "Шешім", "ru": "Решение", "en": "Decision"},
    "acts": {"kk": "Қанша үлес", "ru": "Сколько вкладов", "en": "Decided on"},
    "corrected": {"kk": "Түзетілді", "ru": "Исправлены", "en": "Corrected"},
    "withdrawn": {"kk": "Кері алынды", "ru": "Отозваны", "en": "Withdrawn"},
    "rejected": {
        "kk": "Қабылданбады, есептелген жоқ",
        "ru": "Отклонены, не считались",
        "en": "Rejected, never counted",
    },
    "total": {"kk": "Барлығы", "ru": "Всего", "en": "Total"},
    "nothing": {"kk": "Әзірге бірде-бір үлес жоқ.", "ru": "Пока нет ни одного вклада.", "en": "No contributions yet."},
    "how": {"kk": "Қалай есептелді", "ru": "Как это посчитано", "en": "How this was counted"},
    "how_counted": {
        "kk": "Тек тіркелген үлестер есептеледі, әрқайсысы бір рет. Әр бөлімнің қосындысы жалпы сандарға тең.",
        "ru": "Учтены только зарегистрированные вклады, каждый один раз. Сумма каждого раздела равна итогам.",
        "en": "Only registered contributions are counted, each of them once. Every section adds up to the totals.",
    },
    "how_review": {
        "kk": "Тексерудегі үлестер: {count}. Олар бұл сандарға кірмейді.",
        "ru": "На проверке: {count}. Ни в одно из этих чисел они не входят.",
        "en": "Under review: {count}. They are in none of these numbers.",
    },
    "how_people": {
        "kk": "Адамдар — үлестерде көрсетілген адам саны, бір адам бірнеше рет кездесуі мүмкін. "
        "Қатысушылар — есептелетін үлесі бар адамдар мен ұйымдар, әрқайсысы бір рет.",
        "ru": "Люди — сколько человек указано во вкладах, один человек может встретиться несколько раз. "
        "Участники — люди и организации, у которых есть учтённый вклад, каждый один раз.",
        "en": "People are as many as contributions say, so that one person may be in several. "
        "Participants are persons and organisations with a contribution that counts, each of them once.",
    },
    "how_kinds": {
        "kk": "«{good_deeds}», «{volunteers}» және «{events}» — түрлер бойынша: қайырымды істердің саны; еріктілікке "
        "қатысқан адамдар; сынып сағаттарының, тренингтер мен шеберлік сабақтарының саны.",
        "ru": "«{good_deeds}», «{volunteers}» и «{events}» — по видам: число добрых дел; люди в волонтёрстве; "
        "число классных часов, тренингов и мастер-классов.",
        "en": "“{good_deeds}”, “{volunteers}” and “{events}” go by kind: how many good deeds; the people who "
        "volunteered; how many class hours, trainings and master classes.",
    },
    "version": {
        "kk": "Нұсқа: {campaign}, дәуір {epoch}, өзгеріс {rev}",
        "ru": "Версия: {campaign}, эпоха {epoch}, изменение {rev}",
        "en": "Version: {campaign}, epoch {epoch}, change {rev}",
    },
}


def words(language: Language) -> Mapping[str, str]:
    """Return the words of a language."""
    return {name: translations[language] for name, translations in WORDS.items()}
