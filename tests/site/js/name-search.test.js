import assert from "node:assert/strict";
import { test } from "node:test";

import { matcher } from "../../../chalicelib/site/name-search.js";

const SCHOOL = "«Дарын» мектеп-лицейі";

for (const [typed, name] of [
  ["", SCHOOL],
  [" – ", SCHOOL],
  ["дарын", SCHOOL],
  ["ДАРЫН лицеи", SCHOOL],
  ["мектеп дарын", SCHOOL],
  ['"дарын"', SCHOOL],
  ["березка", "ТОО «Берёзка»"],
  ["Берёзка", "ТОО «БЕРЕЗКА»"],
  ["уміт коры", "Үміт қоры"],
  ["қалалық кітапхана", "КАЛАЛЫК КИТАПХАНА"],
  ["Жаңа", "жана жол"],
  ["№75", "Школа № 75"],
]) {
  test(`«${typed}» finds ${name}`, () => assert.ok(matcher(typed)(name)));
}

for (const [typed, name] of [
  ["дарын школа", SCHOOL],
  ["76", "Школа № 75"],
  ["үмітт", "Үміт қоры"],
  ["ab", "a b"],
]) {
  test(`«${typed}» does not find ${name}`, () => assert.ok(!matcher(typed)(name)));
}
