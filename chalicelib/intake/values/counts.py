"""How many people, as people write it: `25`, «25 оқушы», «бес адам»."""

from decimal import Decimal

from chalicelib.domain.folding import fold
from chalicelib.intake.values.numbers import tokens, whole

_PEOPLE = frozenset(
    map(
        fold,
        """
        адам адамдар кісі жан қатысушы қатысушылар оқушы оқушылар студент студенттер ерікті еріктілер волонтер
        волонтёрлер бала балалар мұғалім мұғалімдер ұстаз ұстаздар қызметкер қызметкерлер азамат азаматтар тәрбиеленуші
        тәрбиеленушілер         тыңдаушы тыңдаушылар мүше мүшелер қонақ көрермен жұмысшы маман мамандар
        человек человека чел люди людей персон персоны участник участника участников участники учащихся учащиеся
        ученик ученика учеников ученики студент студента студентов студенты школьник школьника школьников школьники
        волонтёр волонтёра волонтёров волонтёры доброволец добровольца добровольцев дети детей ребёнок ребёнка ребят
        сотрудник сотрудника сотрудников сотрудники работник работника работников работники учитель учителя учителей
        педагог педагога педагогов педагоги преподаватель преподавателя преподавателей воспитанник воспитанника
        воспитанников воспитанники слушатель слушателя слушателей гость гостя гостей зритель зрителя зрителей
        взрослых взрослый взрослого родитель родителя родителей житель жителя жителей гражданин граждан пенсионер
        пенсионера пенсионеров коллега коллеги коллег специалист специалиста специалистов специалисты член члена членов
        people person persons participant participants student students pupil pupils volunteer volunteers child children
        kid kids employee employees teacher teachers member members attendee attendees adult adults guest guests
        """.split(),
    )
)


def read_count(text: str) -> int | None:
    """Return how many people a text says, None where that is no whole number of people."""
    found = tokens(text)
    match found:
        case [Decimal() as number]:
            return whole(number)
        case [Decimal() as number, str(word)] if word in _PEOPLE:
            return whole(number)
    return None
