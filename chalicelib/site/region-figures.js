/** How a region stands among the others, and what was done there. */

/**
 * Return which place one has among all, the most first; null where it has nothing.
 * @param {string} code
 * @param {Record<string, number>} values by code
 */
export function rankOf(code, values) {
  const own = values[code];
  return own > 0 ? 1 + Object.values(values).filter((value) => value > own).length : null;
}

/**
 * Return what was done at a place, most first: from `totals.csv`, where names hold no commas.
 * @param {string} place
 * @param {string} csv
 */
export function kindsOf(place, csv) {
  const [head, ...rows] = csv.split("\r\n");
  const column = head.split(",").indexOf("participations");
  const found = rows.map((row) => row.split(",")).filter((row) => row[1] === place);
  const kinds = found.map((row) => ({ kind: row[0], acts: Number(row[column]) }));
  return kinds.filter(({ acts }) => acts > 0).sort((a, b) => b.acts - a.acts);
}
