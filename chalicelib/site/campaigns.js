/** The list of all campaigns, which is published whenever one is made or changed. */

/** @import { Translations } from "./documents.js" */
/** @typedef {{ id: string, names?: Translations }} ListedCampaign */

const LIST = "/v1/campaigns.json";

/**
 * All campaigns that `origin` publishes, our own where it is empty; `undefined` where there is no list to be read.
 *
 * @returns {Promise<ListedCampaign[] | undefined>}
 */
export async function campaignsOf(origin = "") {
  try {
    const response = await fetch(origin + LIST, { cache: "no-cache", credentials: "omit" });
    return (await response.json()).campaigns;
  } catch {
    return undefined;
  }
}

/**
 * What the list says of a campaign: `null` where it has none of that id, `undefined` where there is no list to be read.
 *
 * @param {string} id
 */
export async function listed(id) {
  const campaigns = await campaignsOf();
  return campaigns && (campaigns.find((campaign) => campaign.id === id) ?? null);
}
