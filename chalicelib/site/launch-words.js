/** What the launch page says, in its three languages. */

export const WORDS = {
  kk: {
    skip: "Мазмұнға өту",
    test: "Сынақ режимі: бұл сандар шынайы емес",
    title: "Бүкіл ел болып жасаған қайырымды істер",
    join: "Марафонға қосылу",
    land: "Өңірлер",
    good_deeds: "Істер",
    people: "Адамдар",
    hours: "Сағаттар",
    amount: "Теңге",
    day: "Бүгін, минут сайын",
    latest: "Дәл қазір",
    regions: "Әр өңірдің үлесі",
    how: "Қалай қатысуға болады",
    invite:
      "Кез келген қайырымды іс маңызды: көмек, сабақ, еріктілік, қайырмалдық. Өз ісіңізді қосыңыз — өңіріңіз картада жарқырай түседі.",
    honest: "Тек тіркелген істер есептеледі, тексерудегілері әлі қосылмаған. Қате табылса, сан ашық түзетіледі.",
    csv: "Барлық сандар (CSV)",
    embed: "Санағышты өз сайтыңызға қойыңыз",
    milestone: "Межеге жеттік!",
    pause: "Тоқтату",
    resume: "Жалғастыру",
    paused: "Тоқтатылды",
    waiting: "Қосылуда…",
    offline: "Байланыс жоқ",
    states: { live: "Тікелей эфир", test: "Сынақ", frozen: "Қабылдау тоқтатылды", ended: "Марафон аяқталды" },
    updated: (age) =>
      age < 5 ? "жаңа ғана жаңарды" : age < 60 ? `${age} с бұрын жаңарды` : `${Math.floor(age / 60)} мин бұрын жаңарды`,
  },
  ru: {
    skip: "Перейти к содержанию",
    test: "Тестовый режим: числа не настоящие",
    title: "Добрые дела, сделанные всей страной",
    join: "Присоединиться к марафону",
    land: "Регионы",
    good_deeds: "Дела",
    people: "Люди",
    hours: "Часы",
    amount: "Тенге",
    day: "Сегодня, минута за минутой",
    latest: "Прямо сейчас",
    regions: "Вклад каждого региона",
    how: "Как принять участие",
    invite:
      "Важно каждое доброе дело: помощь, урок, волонтёрство, пожертвование. Добавьте своё — и ваш регион на карте станет ярче.",
    honest:
      "Учитываются только зарегистрированные дела, те, что на проверке, ещё не посчитаны. Если находится ошибка, число исправляется открыто.",
    csv: "Все числа (CSV)",
    embed: "Поставить счётчик на свой сайт",
    milestone: "Рубеж взят!",
    pause: "Приостановить",
    resume: "Продолжить",
    paused: "Приостановлено",
    waiting: "Подключение…",
    offline: "Нет связи",
    states: { live: "Прямой эфир", test: "Тест", frozen: "Приём приостановлен", ended: "Марафон завершён" },
    updated: (age) =>
      age < 5
        ? "обновлено только что"
        : age < 60
          ? `обновлено ${age} с назад`
          : `обновлено ${Math.floor(age / 60)} мин назад`,
  },
  en: {
    skip: "Skip to content",
    test: "Test mode: these numbers are not real",
    title: "Good deeds the whole country has done",
    join: "Join the marathon",
    land: "Regions",
    good_deeds: "Deeds",
    people: "People",
    hours: "Hours",
    amount: "Tenge",
    day: "Today, minute by minute",
    latest: "Right now",
    regions: "What every region has done",
    how: "How to take part",
    invite:
      "Every good deed counts: a helping hand, a lesson, volunteering, a donation. Add yours and see your region light up on the map.",
    honest:
      "Only registered deeds are counted, those under review not yet. Where a mistake is found, the number is corrected in the open.",
    csv: "All numbers (CSV)",
    embed: "Put the counter on your own site",
    milestone: "Milestone reached!",
    pause: "Pause",
    resume: "Resume",
    paused: "Paused",
    waiting: "Connecting…",
    offline: "Offline",
    states: { live: "Live", test: "Test", frozen: "Entries on hold", ended: "Marathon finished" },
    updated: (age) =>
      age < 5 ? "updated just now" : age < 60 ? `updated ${age} s ago` : `updated ${Math.floor(age / 60)} min ago`,
  },
};
