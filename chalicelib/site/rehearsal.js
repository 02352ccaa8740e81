/** A marathon without a server: documents as they would come, played by a script that starts over. */

/** @import { Act, CampaignState, Contents, Measures } from "./documents.js" */

import { places } from "./regions.js";

const KINDS = ["good_deed", "volunteering", "class_hour", "master_class", "initiative", "online_training", "donation"];
const GOAL = 100_000;
const START = 74_960;
const TITLE = { kk: "75 000 қайырымды іс!", ru: "75 000 добрых дел!", en: "75,000 good deeds!" };

/**
 * What comes in a scene, and at which of its seconds.
 *
 * @typedef {object} Script
 * @property {number} length
 * @property {number} [milestone] when it is reached
 * @property {number} [correction] when the number falls
 * @property {[number, number]} [outage] from when until when the network is down
 * @property {number} [flood] how many times as much comes
 * @property {number} [late] how many seconds old the numbers are
 * @property {CampaignState} [state]
 * @property {boolean} [isEmpty]
 */

/**
 * An outage lasts past the two minutes after which a number is marked as offline.
 *
 * @type {Record<string, Script>}
 */
const SCENES = {
  updates: { length: 60 },
  milestone: { length: 30, milestone: 6 },
  correction: { length: 30, correction: 6 },
  stale: { length: 160, outage: [8, 150] },
  flood: { length: 40, flood: 4 },
  all: { length: 220, milestone: 15, correction: 30, outage: [45, 190] },
  // What publishes stands still: what is answered is ten minutes old.
  old: { length: 60, late: 600 },
  test: { length: 60 },
  frozen: { length: 60, state: "frozen" },
  ended: { length: 60, state: "ended" },
  empty: { length: 60, isEmpty: true },
};
const CORRECTED = 37;
/** Nobody is real. */
const ORGANISATIONS = [
  ...["«Мейірім» қоғамдық қоры", "Школа-гимназия № 12", "Арқа политехникалық колледжі", "ТОО «Жаңа күн»"],
  ...["Steppe University", "«Бірлік» еріктілер орталығы", "Редакция «Жаңалық»", "№ 5 мектеп-лицейі"],
];

/** Numbers that come out the same however often they are asked for: at least 0, less than 1. @param {number} seed */
const noise = (seed) => Math.abs((Math.sin(seed * 12.9898) * 43758.5453) % 1);

/** @param {string[]} items @param {number} seed */
const pick = (items, seed) => items[Math.floor(noise(seed) * items.length)];

/** @param {number} deeds */
const totalsAt = (deeds) => ({
  participants: Math.floor(deeds * 0.8),
  participations: Math.floor(deeds * 1.02),
  people: deeds * 3,
  hours: deeds * 5,
  amount: { KZT: deeds * 17_000 },
  volunteers: Math.floor(deeds * 0.6),
  good_deeds: deeds,
  events_held: Math.floor(deeds * 0.05),
  organisations: Math.floor(deeds * 0.02),
});

/** @param {ReturnType<typeof totalsAt>} totals @param {number} part @returns {Measures} */
function share({ amount, ...numbers }, part) {
  /** @param {number} value */
  const parted = (value) => Math.floor(value * part);
  const shares = Object.entries(numbers).map(([name, value]) => [name, parted(value)]);
  return { ...Object.fromEntries(shares), amount: { KZT: parted(amount.KZT) } };
}

/**
 * A `fetch` that plays `scene`, from the moment it is made.
 *
 * @param {string} scene
 * @returns {import("./pacing.js").Ask}
 */
export function rehearsal(scene, began = Date.now()) {
  const script = SCENES[scene];
  const { length, outage, flood = 1, late = 0, state = "test" } = script;
  return async (url) => {
    const seconds = (Date.now() - began) / 1000;
    const round = Math.floor(seconds / length);
    const elapsed = seconds - round * length;
    if (outage && elapsed > outage[0] && elapsed < outage[1]) throw new TypeError("rehearsal: the network is down");
    const steps = Math.floor(elapsed / 2);
    const moment = new Date(began + (round * length + steps * 2 - late) * 1000).toISOString();
    const head = { v: 1, campaign: "rehearsal", epoch: round + 1, rev: steps + 1, as_of: moment, next: 2, state };
    const now = { moment, acts: steps * flood, deeds: deedsAt(elapsed, script), isReached: isReached(elapsed, script) };
    return new Response(JSON.stringify({ ...head, ...contents(url, now) }));
  };
}

/** @param {number} elapsed @param {Script} script */
const isReached = (elapsed, { milestone = Infinity }) => elapsed >= milestone;

/** @param {number} elapsed seconds of the scene @param {Script} script */
function deedsAt(elapsed, script) {
  const { correction = Infinity, flood = 1, isEmpty } = script;
  if (isEmpty) return 0;
  const come = Math.floor(elapsed / 2) * 3 * flood + (isReached(elapsed, script) ? 60 : 0);
  return START + come - (elapsed >= correction ? CORRECTED : 0);
}

/**
 * What the document at an address says besides its head.
 *
 * @param {string} url
 * @param {{ deeds: number, acts: number, moment: string, isReached: boolean }} now `acts` is how many have come
 * @returns {Partial<Contents> | { organisations: { name: string }[] }}
 */
function contents(url, { deeds, acts, moment, isReached }) {
  const totals = totalsAt(deeds);
  if (url.endsWith("places.json")) {
    const parts = places.map((code, i) => [code, share(totals, (1 + noise(i + 1) * 3) / 60)]);
    return { places: Object.fromEntries(parts) };
  }
  if (url.endsWith("recent.json")) {
    return { acts: deeds ? Array.from({ length: 8 }, (_, i) => act(acts - i, moment)) : [] };
  }
  if (url.includes("/organisations")) return { organisations: deeds ? ORGANISATIONS.map((name) => ({ name })) : [] };
  if (url.includes("/timeline/")) {
    return {
      date: /\d{4}-\d\d-\d\d(?=\.json)/.exec(url)?.[0],
      minutes: [{ at: "00:00", participations: deeds, people: deeds * 3, hours: deeds * 5, amount: { KZT: deeds } }],
    };
  }
  const milestones = [
    { id: "m1", metric: "good_deeds", at: 75_000, reached_at: isReached ? moment : null, title: TITLE },
  ];
  return { totals, in_review: 0, goals: [{ metric: "good_deeds", target: GOAL, original: GOAL }], milestones };
}

/** @param {number} number @param {string} at @returns {Act} */
function act(number, at) {
  const kind = pick(KINDS, number);
  const people = 1 + Math.floor(noise(number + 0.5) * 30);
  const amount = kind === "donation" ? { currency: "KZT", value: people * 5000 } : null;
  return {
    id: `r${number}`,
    at,
    kind,
    topic: null,
    participant_type: "citizen",
    organisation: Math.floor(number) % 3 ? null : pick(ORGANISATIONS, number + 0.75),
    place: pick(places, number + 0.25),
    people,
    hours: 0,
    amount,
  };
}
