/** The page of the data: a link to the file of each day, newest first, from the list of days. */

const list = /** @type {HTMLElement} */ (document.getElementById("days"));
const base = list.dataset.base ?? "";

/** @param {string} csv */
function filesOf(csv) {
  const [head, ...rows] = csv.split("\r\n").map((line) => line.split(","));
  const [date, file] = [head.indexOf("date"), head.indexOf("file")];
  return new Map(rows.filter((row) => row.length === head.length).map((row) => [row[date], row[file]]));
}

const answer = await fetch(`${base}days.csv`, { cache: "no-cache" });
const days = answer.ok ? [...filesOf(await answer.text())].reverse() : [];
for (const [day, file] of days) {
  const link = Object.assign(document.createElement("a"), { href: base + file, textContent: day });
  list.appendChild(document.createElement("li")).append(link);
}
list.hidden = days.length === 0;
