/** Tiles: code, column and row of six by five, of four by six where it is narrow, and short names in kk, ru, en. */

const TILES = `KZ-10|5|3|4|2|Абай|Абай|Abai
KZ-11|3|2|3|1|Ақмола|Акмола|Akmola
KZ-15|2|3|2|2|Ақтөбе|Актобе|Aktobe
KZ-19|5|4|4|5|Алматы обл.|Алмат. обл.|Almaty reg.
KZ-23|1|3|1|3|Атырау|Атырау|Atyrau
KZ-27|1|2|1|2|БҚО|ЗКО|West KZ
KZ-31|4|4|3|4|Жамбыл|Жамбыл|Jambyl
KZ-33|6|4|4|4|Жетісу|Жетісу|Jetisu
KZ-35|4|3|3|3|Қарағанды|Караганда|Karaganda
KZ-39|2|2|1|1|Қостанай|Костанай|Kostanay
KZ-43|2|4|2|4|Қызылорда|Кызылорда|Kyzylorda
KZ-47|1|4|1|4|Маңғыстау|Мангистау|Mangystau
KZ-55|5|2|4|1|Павлодар|Павлодар|Pavlodar
KZ-59|3|1|2|1|СҚО|СКО|North KZ
KZ-61|3|4|2|5|Түркістан|Туркестан|Turkistan
KZ-62|3|3|2|3|Ұлытау|Ұлытау|Ulytau
KZ-63|6|3|4|3|ШҚО|ВКО|East KZ
KZ-71|4|2|3|2|Астана|Астана|Astana
KZ-75|5|5|3|5|Алматы|Алматы|Almaty
KZ-79|3|5|2|6|Шымкент|Шымкент|Shymkent
abroad|6|5|4|6|Шетелде|За рубежом|Abroad`;

export const tiles = TILES.split("\n")
  .map((line) => line.split("|"))
  .map(([code, column, row, narrowColumn, narrowRow, kk, ru, en]) => ({
    code,
    area: `${row}/${column}`,
    narrow: `${narrowRow}/${narrowColumn}`,
    names: { kk, ru, en },
  }));
