/** What a number on air is of: the campaign or one of its places, and since when. */

/** @import { Language } from "./documents.js" */

import { now } from "./live.js";
import { settings } from "./on-air.js";
import { campaignName } from "./own-name.js";
import { placeName } from "./regions.js";
import { inKazakhstan, sinceWords } from "./since-when.js";

/** @param {Language} lang */
export function captionOf(lang) {
  const { place, since } = settings;
  const from = since && sinceWords(since, inKazakhstan(now()), lang);
  return [place ? placeName(place, lang) : campaignName(lang), from].filter(Boolean).join(" · ");
}
