/** What the campaign on air is called: by a name of its own, as soon as that is known. */

/** @import { Language, Translations } from "./documents.js" */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { listed } from "./campaigns.js";
import { campaign, settings } from "./on-air.js";

/** Milliseconds after which it is asked for anew: campaigns are seldom renamed. */
const SELDOM = 300_000;

/** @type {Translations} */
let own = {};
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {Language} lang */
export const campaignName = (lang) => own[lang] || CAMPAIGN_NAME[lang];

/** Call `hear` whenever the campaign may be called otherwise. @param {() => void} hear */
export const onName = (hear) => listeners.add(hear);

async function ask() {
  setTimeout(ask, SELDOM);
  // It is called as it was, until somebody answers.
  own = (await listed(campaign))?.names ?? own;
  listeners.forEach((hear) => hear());
}

if (!settings.preview) ask();
