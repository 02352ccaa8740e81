/**
 * The tabs of the console, in the order in which they stand and of their keys (`1`, `2`, …).
 *
 * A tab is a module that exports
 * - `id`: what stands behind `#` in the address;
 * - `WORDS`: by language a table of texts, with a `title` for the tab;
 * - `isFor(token)`: whether a token, as `GET /v1/tokens/self` tells it, may do something there;
 * - `waits(status)` (optional): how much waits there, by `GET /v1/campaigns/{campaign}/status`; null where it is unknown;
 * - `waitsMore(status)` (optional): whether it was counted no further;
 * - `mount(root, context)`: fill an element, and return a View.
 *
 * @typedef {object} View all of it optional
 * @property {import("./console-keys.js").Key[]} [keys] that do something while the tab is open
 * @property {(status: object) => void} [receive] told of each new status
 * @property {(error: import("./console-api.js").Refused) => void} [refuse] told why there is no new status
 * @property {() => void} [refresh] read again what is shown: it is wanted, or the API answers again
 * @property {() => void} [close] the tab is left
 *
 * @typedef {object} Context
 * @property {import("./console-api.js").Api} api asks with the token; what it throws is told by `failure`
 * @property {string} campaign its id
 * @property {string} base the API's path of the campaign, `/v1/campaigns/2026`
 * @property {object} token as `GET /v1/tokens/self` tells it
 * @property {(scope: string) => boolean} may whether the token has a scope
 * @property {import("./console-labels.js").Labels} labels whose a token is, by its id
 * @property {() => object | null} status the newest status, null before the first
 * @property {() => void} look ask for the status at once
 * @property {"kk" | "ru" | "en"} lang
 * @property {object} words those of the tab
 * @property {object} said those of all tabs: statuses, kinds, problems
 * @property {object} texts numbers, times and places as texts (`console-texts.js`)
 * @property {(decision: import("./console-dialogs.js").Decision) => Promise<any>} decide ask before something is done
 * @property {(title: string, ...content: Node[]) => HTMLDialogElement} show something to read
 * @property {(text: string, undo?: import("./console-dialogs.js").Undo) => void} say what was done
 * @property {(text: string) => void} tell say something that nobody did just now
 * @property {(kind: object, takeBack: () => void) => boolean} did note what was done without `say`, so that the key for it
 *   takes it back; whether what was done before it was of the same kind
 * @property {(error: Error) => string} failure why a decision is not taken, in a sentence
 * @property {(error: Error) => string} unread why something could not be read, in a sentence
 * @property {(tab: string, memory?: object) => void} go to another tab, which is to remember this
 * @property {object} memory a table of the tab's own, kept while somebody is signed in
 */

import * as acts from "./console-acts.js";
import * as forms from "./console-forms.js";
import * as names from "./console-names.js";
import * as now from "./console-now.js";
import * as trail from "./console-trail.js";

export const TABS = [now, acts, names, forms, trail];
