/** What scripts of the console share: what the API answers them (docs/api.md), and what a tab is given. */

import type { Api } from "./console-api.js";
import type { Decision, Undo } from "./console-dialogs.js";
import type { Key } from "./console-keys.js";
import type { Labels } from "./console-labels.js";
import type { NameDecisions } from "./console-name-decisions.js";
import type { textsIn } from "./console-texts.js";
import type { SHELL } from "./console-words.js";
import type { Amounts, CampaignState, Language, Link, Translations } from "./documents.js";

export type Scope = "record" | "read" | "moderate" | "erase" | "access" | "admin";
export type Status = "counted" | "in_review" | "rejected" | "withdrawn";
export type NameState = "waiting" | "shown" | "hidden";
export type Visibility = "shown" | "hidden";
export type NamesOnAir = "shown" | "after_approval" | "never";

export interface Money {
  currency: string;
  /** In minor units; tenge are whole. */
  value: number;
}

/** A region (ISO 3166-2:KZ), else a country (ISO 3166-1). */
export interface Place {
  region?: string;
  country?: string;
}

/** A document of RFC 9457; from something between, any other. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: Fault[];
  participation_status?: Status;
  names?: DecidedName[];
  request_id?: string;
}

export interface Fault {
  /** RFC 6901, as a fragment. */
  pointer: string;
  code: string;
  detail: string;
}

/** What a name is that somebody else has decided on. */
export interface DecidedName {
  id: string;
  state: NameState;
  by: string | null;
  reason: string | null;
  at: string | null;
}

export interface Token {
  id: string;
  label: string | null;
  scopes: Scope[];
  /** `*` for all of them. */
  campaign: string;
  region: string | null;
  sandbox: boolean;
  names: NamesOnAir;
  created_at: string | null;
  expires_at: string | null;
  used_at: string | null;
  revoked_at: string | null;
}

/** How a campaign is; null is what is not known now. */
export interface CampaignStatus {
  campaign: string;
  state: CampaignState;
  checked_at: string | null;
  as_of: string | null;
  unshown_seconds: number | null;
  set_aside: number | null;
  rate: Rate | null;
  in_review: number | null;
  in_review_more: boolean;
  names_waiting: number | null;
  names_waiting_more: boolean;
  all_names: Visibility | null;
  parked: ParkedCount | null;
  warnings: StatusWarning[];
}

export interface Rate {
  per_minute: number;
  minutes: MinuteRate[];
}

export interface MinuteRate {
  at: string;
  participations: number;
}

export interface ParkedCount {
  count: number;
  more: boolean;
  oldest: string | null;
  unassigned: number;
}

export interface StatusWarning {
  code: string;
  level: "alarm" | "notice";
  count?: number;
  seconds?: number;
  part?: string;
}

/** Of an organisation. */
export interface Name {
  id: string;
  text: string;
  state: NameState;
  given_at: string;
  decision: DecisionMade | null;
}

/** Who decided, and why. */
export interface DecisionMade {
  reason: string;
  by: string;
  at: string;
}

export interface NamesPage {
  names: Name[];
  next: string | null;
  all_names: Visibility;
}

/** Whether the names of a campaign are shown. */
export interface AllNames {
  state: Visibility;
  decision: DecisionMade | null;
}

/** Whether an act is shown. */
export interface ActVisibility extends AllNames {
  id: string;
}

export interface TrailEntry {
  id: string;
  at: string;
  by: Doer;
  action: string;
  target: string | null;
  reason: string | null;
  /** Null where nobody knows whether it was done. */
  status: number | null;
  targets?: string[];
  count?: number;
  /** By member what it was before, and what after. */
  changes?: Record<string, [unknown, unknown]>;
}

/** A token. */
export interface Doer {
  id: string;
  label: string | null;
}

export interface TrailPage {
  entries: TrailEntry[];
  next: string | null;
}

/** An act with what the API tells of it to whoever recorded it. */
export interface Participation {
  id: string;
  status: Status;
  recorded_at: string;
  kind: string;
  topic: string | null;
  participant_type: string;
  organisation: string | null;
  place: Place;
  people: number;
  hours: number;
  amount: Money | null;
  source: string;
  approvals_missing: number;
}

/** An act as moderators see it. */
export interface ListedAct extends Participation {
  form: string | null;
  token: string | null;
  verified: boolean;
  /** The id of its organisation's name. */
  name: string | null;
  review_reasons: string[];
  note?: string | null;
}

export interface ActPage {
  acts: ListedAct[];
  next: string | null;
}

export interface ReviewPage {
  participations: ListedAct[];
  next: string | null;
}

/** Acts that wait and came alike. */
export interface ReviewGroup {
  acts: number;
  people: number;
  hours: number;
  amount: Amounts;
  filter: ActFilterRequest;
}

export interface ReviewGroups {
  acts: number;
  groups: ReviewGroup[];
  next: string | null;
}

/** Acts that are all of what is given. */
export interface ActFilterRequest {
  status?: string;
  source?: string;
  form?: string;
  token?: string;
  place?: string;
  from?: string;
  until?: string;
  organisation?: string;
  name?: string;
  amount_above?: number;
  currency?: string;
  /** Parted by commas. */
  reasons?: string;
  /** An act: what the same participant did. */
  participant_of?: string;
}

export interface History {
  id: string;
  history: HistoryEntry[];
}

export interface HistoryEntry {
  at: string;
  what: string;
  status: Status;
  reason?: string;
  by?: string;
  by_label?: string | null;
  review_reasons?: string[];
  before?: ActParts;
  after?: ActParts;
}

/** Parts of an act that differ from another state of it. */
export interface ActParts {
  kind?: string;
  topic?: string | null;
  place?: Place;
  name?: string | null;
  organisation?: string | null;
  people?: number;
  hours?: number;
  amount?: Money | null;
}

/** What became of acts that were decided on together, or would become in a dry run. */
export interface Decisions {
  dry_run: boolean;
  found: number;
  decided: number;
  endorsed: number;
  already: number;
  refused: number;
  refusals: RefusedAct[];
  change: TotalsChange;
  /** What found them, up to when they were counted; null where they were named by their ids. */
  filter: ActFilterRequest | null;
  /** The ids that an answer had no time for. */
  left: string[];
  /** Where the next request goes on. */
  next: string | null;
}

export interface RefusedAct {
  id: string;
  problem: string;
  participation_status?: Status;
}

export interface TotalsChange {
  participants: number;
  participations: number;
  people: number;
  hours: number;
  amount: Amounts;
  volunteers: number;
  good_deeds: number;
  events_held: number;
  organisations: number;
  in_review: number;
}

export interface Breakdown {
  campaign: string;
  epoch: number;
  rev: number;
  as_of: string;
  in_review: number;
  kinds: Record<string, Share>;
  participant_types: Record<string, TypeShare>;
  sources: Record<string, Share>;
  days: string[];
}

export interface Share {
  participations: number;
  people: number;
  hours: number;
  amount: Amounts;
}

export interface TypeShare extends Share {
  participants: number;
}

export interface CampaignGoal {
  metric: string;
  target: number;
  original?: number;
  region?: string;
}

export interface CampaignMilestone {
  id: string;
  metric: string;
  at: number;
  title: Translations;
}

export interface PublicCampaign {
  id: string;
  names: Translations;
  state: CampaignState;
  opens: string | null;
  closes: string | null;
  goals: CampaignGoal[];
  milestones: CampaignMilestone[];
  links: Link[];
  topics: string[];
}

export interface Campaign extends PublicCampaign {
  limits: object;
  min_cell: number;
  poll_seconds: number | null;
}

/** What an answer stands for. */
export type AnswerValue = string | number | boolean | null;

export interface Form {
  provider: string;
  account: string;
  /** `*` for all others of the account. */
  form: string;
  campaign: string;
  state: string;
  defaults?: object;
  fallback?: object;
  /** By name what a question asks for; null where nothing. */
  questions?: Record<string, string | null>;
  /** By what is asked for: what each answer stands for. */
  answers?: Record<string, Record<string, AnswerValue>>;
  required?: string[];
  consent?: ConsentRule;
  review?: boolean;
  names?: NamesOnAir;
}

export interface ConsentRule {
  text: string;
  version: string;
  field?: string;
  required?: boolean;
}

export interface ListedForm extends Form {
  /** By question how often it was not there. */
  absent?: Record<string, Times>;
  /** By what is asked for how often it was of no use. */
  left_out?: Record<string, Times>;
}

export interface Times {
  count: number;
  newest: string;
}

/** What a form would make of a submission. */
export interface CheckedSubmission {
  account: string;
  form: string;
  is_of_form: boolean;
  is_test: boolean;
  outcome: string;
  reason: string | null;
  about: string[];
  records: CheckedRecord | null;
  unmapped: string[];
  absent: string[];
  left_out: string[];
}

export interface CheckedRecord {
  kind: string;
  place: Place;
  participant: CheckedParticipant;
  topic: string | null;
  people: number;
  hours: number;
  amount: Money | null;
  occurred_at: string | null;
  has_consent: boolean;
  note: string | null;
}

export interface CheckedParticipant {
  type: string;
  known_by: string | null;
  name: string | null;
  phone: string | null;
  email: string | null;
  organisation: string | null;
  bin: string | null;
}

/** What a form could not record. */
export interface ParkedEntry {
  provider: string;
  id: string;
  reason: string;
  about: string[];
  account: string;
  form: string;
  campaign: string | null;
  received_at: string;
}

export interface ParkedPage {
  parked: ParkedEntry[];
  next: string | null;
}

export interface OpenedEntry extends ParkedEntry {
  content: EntryContent;
}

/** `submission` is what was answered; a link to a lead has none. */
export interface EntryContent {
  submission?: { fields: Record<string, unknown> } | null;
  /** The request that brought it; null where it came with others. */
  body?: string | null;
}

/** What became of an entry. */
export interface Replay {
  outcome: string;
  reason: string | null;
  about: string[];
}

export type SharedWords = (typeof SHELL)[Language];
export type Texts = ReturnType<typeof textsIn>;

/** A table of a tab's own, kept while somebody is signed in. */
export interface Memory {
  /** What is to be sent yet. */
  decisions?: NameDecisions;
}

/** What a tab is given. */
export interface Context<Words = { title: string }, Stored extends Memory = Memory> {
  /** Asks with the token; what it throws is told by `failure`. */
  api: Api;
  /** Its id. */
  campaign: string;
  /** The API's path of the campaign, `/v1/campaigns/2026`. */
  base: string;
  token: Token;
  labels: Labels;
  lang: Language;
  /** Those of the tab. */
  words: Words;
  /** Those of all tabs: statuses, kinds, problems. */
  said: SharedWords;
  /** Numbers, times and places as texts. */
  texts: Texts;
  memory: Stored;
  /** Whether the token has a scope. */
  may(scope: Scope): boolean;
  /** The newest status, null before the first. */
  status(): CampaignStatus | null;
  /** Ask for the status at once. */
  look(): void;
  /** Ask before something is done; what came of it, undefined where it was given up. */
  decide<Result>(decision: Decision<Result>): Promise<Result | null | undefined>;
  /** Show something to read. */
  show(title: string, ...content: (Node | string)[]): HTMLDialogElement;
  /** Say what was done. */
  say(text: string, undo?: Undo): void;
  /** Say something that nobody did just now. */
  tell(text: string): void;
  /**
   * Note what was done without `say`, so that the key for it takes it back; whether what was done before it was of the
   * same kind.
   */
  did(kind: object, takeBack: () => void): boolean;
  /** Why a decision is not taken, in a sentence. */
  failure(error: unknown): string;
  /** Why something could not be read, in a sentence. */
  unread(error: unknown): string;
  /** Go to another tab, which is to remember this. */
  go(tab: string, memory?: object): void;
}

/** What a tab gives for the time that it is open; all of it optional. */
export interface View {
  /** Keys that do something. */
  keys?: Key[];
  /** Told of each new status. */
  receive?(status: CampaignStatus): void;
  /** Told why there is no new status. */
  refuse?(error: unknown): void;
  /** Read again what is shown: it is wanted, or the API answers again. */
  refresh?(): void;
  /** The tab is left. */
  close?(): void;
}

/** A module that a tab of the console is. */
export interface Tab {
  /** What stands behind `#` in the address. */
  id: string;
  /** By language what it says, its title among it. */
  WORDS: Record<Language, { title: string }>;
  /** Whether a token may do something there. */
  isFor(token: Token): boolean;
  /** How much waits there; null where it is unknown. */
  waits?(status: CampaignStatus): number | null;
  /** Whether it was counted no further. */
  waitsMore?(status: CampaignStatus): boolean | undefined;
  /** Fill an element. */
  mount(root: HTMLElement, context: Context): View;
}
