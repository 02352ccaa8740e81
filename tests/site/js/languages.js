/** The words of every language, for tests. */

import { words as en } from "../../../chalicelib/site/en.js";
import { words as kk } from "../../../chalicelib/site/kk.js";
import { words as ru } from "../../../chalicelib/site/ru.js";

export const LANGUAGES = { kk, ru, en };
