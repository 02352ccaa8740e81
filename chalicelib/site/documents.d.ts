/** What scripts share: the documents that are published (docs/api.md), and the words of a language. */

export type Language = "kk" | "ru" | "en";
export type CampaignState = "test" | "live" | "frozen" | "ended";
export type Translations = Partial<Record<Language, string>>;

/** By ISO 4217 code, in minor units; tenge are whole. */
export type Amounts = Record<string, number>;

/** A place has no participants and no organisations, a minute of the timeline less still. */
export interface Measures {
  participants?: number;
  participations?: number;
  people?: number;
  hours?: number;
  amount?: Amounts;
  volunteers?: number;
  good_deeds?: number;
  events_held?: number;
  organisations?: number;
}

export interface PlaceMeasures extends Measures {
  /** Targets of the region, by metric. */
  goals?: Record<string, number>;
}

export type Metric = keyof Measures;

export interface Goal {
  metric: string;
  target: number;
  original: number;
}

export interface Milestone {
  id: string;
  metric: string;
  at: number;
  /** ISO 8601; null until it is reached. */
  reached_at: string | null;
  title?: Translations;
}

/** What an act that was just recorded may tell. */
export interface Act {
  id: string;
  at: string;
  kind: string;
  topic: string | null;
  participant_type: string;
  organisation: string | null;
  place: string;
  people: number;
  hours: number;
  amount: { currency: string; value: number } | null;
}

/** What an organisation has done whose name is public. */
export interface Organisation {
  name: string;
  participations: number;
  people: number;
  hours: number;
  amount: Amounts;
  participant_type?: string | null;
}

/** A minute (HH:MM in Kazakhstan) and what it added and took back. */
export interface Minute extends Measures {
  at: string;
}

/** Where a participant can take part: an address that people gave, with a title in some languages. */
export interface Link {
  url: string;
  title?: Translations;
}

/** What every document starts with. `next` is seconds to the next poll, `as_of` when it was last confirmed. */
export interface Header {
  v: 1;
  campaign: string;
  epoch: number;
  rev: number;
  as_of: string;
  next: number;
  state: CampaignState;
}

/** What documents hold; each has some of it, and `page.json` all but the minutes. */
export interface Contents {
  /** `live.json` */
  totals: Measures;
  in_review: number;
  goals: Goal[];
  milestones: Milestone[];
  /** `places.json`: by ISO 3166-2:KZ code or `abroad`. */
  places: Record<string, PlaceMeasures>;
  /** `recent.json`: newest first. */
  acts: Act[];
  /** `organisations.json`, or that of a place: who has done most comes first. */
  organisations: Organisation[];
  /** `timeline/{date}.json` */
  date: string;
  minutes: Minute[];
  /** `page.json` */
  names: Translations;
  links: Link[];
}

export type LiveDocument = Header & Partial<Contents>;

/** What can be shown of a document that does not exist yet. */
export type Shown = Partial<Header> & Partial<Contents>;

/** How a language writes numbers (publishing/number_formats.py), and what it says beside them. */
export interface Words {
  gap: string;
  point: string;
  percent: string;
  units: string[];
  /** An amount with its currency's symbol or code. */
  priced(text: string, currency: string): string;
  /** The noun of a metric as it stands after a value. */
  label(metric: string, value: number): string;
  pause: string;
  resume: string;
  offline: string;
  /** Behind a number of seconds, and of minutes. */
  ago: string[];
  goal: string;
  corrected: string;
  test: string;
  live?: string;
  frozen: string;
  ended: string;
  unknown: string;
  waiting?: string;
  fresh?: string;
  stale?: string;
  old?: string;
  paused?: string;
}

/** `waiting` for a first document; `old` is answered but not confirmed any more; `unknown` no such campaign. */
export type FeedState = "waiting" | "fresh" | "stale" | "old" | "offline" | "unknown" | "paused";

/** Who hears of a document: `backlog` says that it piled up while nobody looked. */
export interface Listener {
  receive(document: LiveDocument, backlog: boolean): void;
  /** Called each second. */
  aged?(): void;
  /** Called with `"error"` where a request failed. */
  emit?(name: string, detail: object): void;
}

/** An element of ours on a page. */
export interface LiveHost extends HTMLElement {
  pause(): void;
  resume(): void;
  refresh(): void;
}

/** What elements tell the page that they are on. */
declare global {
  interface HTMLElementEventMap {
    /** `value` is told by a number alone. */
    "gooddeeds:update": CustomEvent<{ value?: number }>;
    "gooddeeds:state": CustomEvent<{ state: FeedState }>;
    /** `status` is that of an answer that was no document. */
    "gooddeeds:error": CustomEvent<{ message: string; status?: number }>;
  }
}
