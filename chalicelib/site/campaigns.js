/** The list of all campaigns, which is published whenever one is made or changed. */

/** @import { Translations } from "./documents.js" */
/** @typedef {{ id: string, names?: Translations }} ListedCampaign */

/**
 * What the list says of a campaign: `null` where it has none of that id, `undefined` where there is no list to be read.
 *
 * @param {string} id
 * @returns {Promise<ListedCampaign | null | undefined>}
 */
export async function listed(id) {
  try {
    const response = await fetch("/v1/campaigns.json", { cache: "no-cache", credentials: "omit" });
    /** @type {{ campaigns: ListedCampaign[] }} */
    const { campaigns } = await response.json();
    return campaigns.find((campaign) => campaign.id === id) ?? null;
  } catch {
    return undefined;
  }
}
