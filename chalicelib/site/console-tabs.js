/** The tabs of the console, in the order in which they stand and of their keys (`1`, `2`, …). */

import * as acts from "./console-acts.js";
import * as forms from "./console-forms.js";
import * as names from "./console-names.js";
import * as now from "./console-now.js";
import * as trail from "./console-trail.js";

/** @import { Tab } from "./console-types.js" */

/** @type {Tab[]} */
export const TABS = [now, acts, names, forms, trail];
