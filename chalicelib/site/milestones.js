/** The milestones of a campaign that are reached while one watches. */

import { feedOf } from "./live.js";

/**
 * Tell `celebrate` each milestone of the totals at `url` as it is reached, but none that was reached meanwhile.
 *
 * @param {string} url
 * @param {(milestone: import("./documents.js").Milestone) => void} celebrate
 */
export function watchMilestones(url, celebrate) {
  /** @type {Set<string>} */
  let awaited = new Set();
  feedOf(url).join({
    receive({ milestones = [] }, backlog) {
      const reached = milestones.filter((milestone) => milestone.reached_at && awaited.has(milestone.id));
      awaited = new Set(milestones.filter((milestone) => !milestone.reached_at).map(({ id }) => id));
      if (!backlog) reached.forEach(celebrate);
    },
  });
}
