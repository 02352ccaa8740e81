/** The page of those on duty: who is signed in, which tab is open, whether the API answers. */

import { Api, Refused } from "./console-api.js";
import { decide, failure, show, Toasts, unread } from "./console-dialogs.js";
import { button, field, fill, keyName, node, select } from "./console-dom.js";
import { areKeysOn, listenToKeys, turnKeys } from "./console-keys.js";
import { Labels } from "./console-labels.js";
import { forgetToken, rememberedToken, rememberToken } from "./console-session.js";
import { TABS } from "./console-tabs.js";
import { textsIn } from "./console-texts.js";
import { Watch } from "./console-watch.js";
import { LANGUAGES, SHELL } from "./console-words.js";
import { preferred, remember } from "./language.js";

/** @import { Key } from "./console-keys.js" */
/** @import { CampaignStatus, Context, Memory, Scope, Tab, Token, View } from "./console-types.js" */
/** @import { Language } from "./documents.js" */

/** @typedef {{ api: Api, token: Token, campaigns: string[] }} SignedIn */
/** @typedef {SignedIn & { campaign: string, labels: Labels }} Duty who is signed in, and where they are at work */
/** @typedef {Record<string, Memory>} Memories by tab */

/**
 * @typedef {object} Line
 * @property {"" | "answers" | "silent"} state whether the API answers
 * @property {string | null} since
 * @property {number | null} again when it is asked next
 * @property {string} [refusal]
 */

/**
 * @typedef {object} Page
 * @property {Language} lang
 * @property {Api | null} asks before anybody is signed in, too
 * @property {Duty | null} duty
 * @property {CampaignStatus | null} status
 * @property {Tab | null} tab
 * @property {View | null} view
 * @property {Watch | null} watch
 * @property {Memories} memories
 * @property {{ campaign: string, memories: Memories } | null} unsent what was not sent when a token ended
 * @property {Line} line
 */

/** @type {HTMLMetaElement | null} */
const meta = document.querySelector("meta[name=campaign]");
const DEFAULT_CAMPAIGN = meta?.content ?? "";
/** @type {Scope[]} with which there is something to do here */
const USEFUL = ["moderate", "admin"];
/** What every token looks like; a header takes no other letters. */
const TOKEN = /^qy_[!-~]+$/;
/** An answer that takes longer is worth a word. */
const SLOW_MS = 3_000;

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const toasts = new Toasts(byId("toasts"), () => words());
/** @type {Page} */
const page = {
  lang: preferred(),
  asks: null,
  duty: null,
  status: null,
  tab: null,
  view: null,
  watch: null,
  memories: {},
  unsent: null,
  line: { state: "", since: null, again: null },
};

const words = () => SHELL[page.lang];
const texts = () => textsIn(page.lang);

/** @param {Language} lang */
function speak(lang) {
  page.lang = document.documentElement.lang = lang;
  document.title = words().title;
  byId("title").textContent = words().title;
  byId("brand").textContent = words().brand;
  byId("skip").textContent = words().skip;
  drawControls();
  drawLine();
  if (page.duty) open(page.tab ?? tabs()[0]);
  else if (byId("token")) showSignIn();
}

function drawControls() {
  const { duty } = page;
  const languages = /** @type {[Language, string[]][]} */ (Object.entries(LANGUAGES));
  const choice = languages.map(([lang, [short, name]]) =>
    button(short, () => choose(lang), {
      lang,
      ariaLabel: name,
      aria: { pressed: String(lang === page.lang) },
    }),
  );
  fill(
    byId("controls"),
    duty && campaignChoice(duty),
    duty && button(words().keys, showKeys, { key: "?", className: "quiet" }),
    duty && button(words().signOut, signOutIfMeant, { className: "quiet", title: duty.token.label ?? "" }),
    node("div", { className: "languages", aria: { role: "group", label: "Тіл · Язык · Language" } }, ...choice),
  );
}

/** @param {Language} lang */
function choose(lang) {
  remember(lang);
  toasts.clear();
  speak(lang);
  /** @type {HTMLElement | null} */
  const pressed = byId("controls").querySelector("[aria-pressed=true]");
  pressed?.focus();
}

async function signOutIfMeant() {
  if (await mayLeave()) signOut();
}

/** @param {Duty} duty */
function campaignChoice(duty) {
  const { campaigns, campaign } = duty;
  if (campaigns.length < 2) return node("span", { className: "campaign" }, campaign);
  const options = campaigns.map((id) => [id, id]);
  const choice = select(options, campaign, { ariaLabel: words().campaign, className: "campaign" });
  choice.onchange = async () => {
    if (await mayLeave()) enter(duty, choice.value);
    else choice.value = campaign;
  };
  return choice;
}

function showSignIn(message = "") {
  const input = node("input", {
    id: "token",
    type: "password",
    required: true,
    autocomplete: "off",
    spellcheck: false,
    autocapitalize: "none",
  });
  const fault = node("p", { className: "fault", aria: { role: "alert" } }, message);
  const form = node(
    "form",
    { className: "card sign-in" },
    node("h1", {}, words().signIn),
    field(words().token, input, words().tokenHint),
    fault,
    node("div", { className: "actions" }, node("button", { type: "submit", className: "main" }, words().enter)),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fill(fault, await trySignIn(input.value.trim()));
  });
  byId("tabs").hidden = true;
  fill(byId("main"), form);
  input.focus();
}

/**
 * Sign in with a token; return whether there is anything to do with it.
 * @param {string} text
 */
async function signIn(text) {
  const turnedAway = () => {
    if (page.duty?.api === api) turnAway(page.duty);
  };
  const api = new Api(text, { language: () => page.lang, heard, turnedAway });
  page.asks = api;
  /** @type {Token} */
  const token = await api.get("/v1/tokens/self");
  if (!USEFUL.some((scope) => token.scopes.includes(scope))) return false;
  rememberToken(text);
  const campaigns = await knownCampaigns(token);
  enter({ api, token, campaigns }, firstCampaign(campaigns));
  return true;
}

/** @param {string} text */
async function trySignIn(text) {
  if (!TOKEN.test(text)) return words().noToken;
  try {
    return (await signIn(text)) ? "" : words().useless;
  } catch (error) {
    return unread(error, words());
  }
}

/**
 * Go on with the token of before a reload, as soon as the API answers.
 * @param {string} text
 */
function resume(text) {
  fill(byId("main"), node("p", { className: "card" }, words().waiting));
  const watch = new Watch(
    async () => {
      try {
        if (!(await signIn(text))) signOut(words().useless);
      } catch (error) {
        if (!(error instanceof Refused) || ![401, 403].includes(error.status)) throw error;
        signOut(error.status === 401 ? words().turnedAway : error.text);
      }
      watch.stop();
    },
    (error, wait) => waitAgain(wait, error instanceof Refused ? error.text : ""),
  );
}

/**
 * The token is none any more: what was not sent waits for who signs in to the same campaign.
 * @param {Duty} duty
 */
function turnAway({ campaign }) {
  const { memories } = page;
  const count = unsentOf(memories);
  signOut(count ? `${words().turnedAway} ${words().unsentKept(texts().number(count), campaign)}` : words().turnedAway);
  page.unsent = count ? { campaign, memories } : null;
}

/**
 * What was not sent before, where it is of this campaign and can be sent; else it is told before it is forgotten.
 * @param {Duty} duty
 * @returns {Memories}
 */
function recall({ api, campaign }) {
  const { unsent } = page;
  page.unsent = null;
  if (!unsent) return {};
  const held = decisionsOf(unsent.memories);
  if (unsent.campaign === campaign && tabs().some(({ id }) => id === "names")) {
    for (const decisions of held) decisions.api = api;
    return unsent.memories;
  }
  toasts.say(words().unsentLost(texts().number(unsentOf(unsent.memories)), unsent.campaign));
  for (const decisions of held) decisions.drop();
  return {};
}

const decisionsOf = (/** @type {Memories} */ memories) =>
  Object.values(memories).flatMap(({ decisions }) => decisions ?? []);
const unsentOf = (/** @type {Memories} */ memories) =>
  decisionsOf(memories).reduce((sum, { unsent }) => sum + unsent, 0);

/** Whoever would leave decisions behind that were not sent is asked first. */
async function mayLeave() {
  const count = unsentOf(page.memories);
  if (!count) return true;
  const isMeant = await decide(
    {
      title: words().unsentAsk,
      consequences: [words().unsentMeans(texts().number(count))],
      action: words().unsentDrop,
      isGrave: true,
      run: async () => true,
    },
    words(),
  );
  if (isMeant) for (const decisions of decisionsOf(page.memories)) decisions.drop();
  return Boolean(isMeant);
}

function signOut(message = "") {
  forgetToken();
  leave();
  toasts.clear();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  page.asks = null;
  page.duty = null;
  page.status = null;
  page.tab = null;
  page.memories = {};
  page.line = { state: "", since: null, again: null };
  history.replaceState(null, "", location.pathname + location.search);
  speak(page.lang);
  showSignIn(message);
}

/** @param {Token} token */
async function knownCampaigns({ campaign }) {
  if (campaign !== "*") return [campaign];
  const list = await fileOrApi();
  return list.length ? list : [DEFAULT_CAMPAIGN];
}

/**
 * The public list, and where that file does not load what the API says.
 * @returns {Promise<string[]>}
 */
async function fileOrApi() {
  for (const path of ["/v1/campaigns.json", "/v1/campaigns"]) {
    try {
      const response = await fetch(path, { credentials: "omit", signal: AbortSignal.timeout(5_000) });
      if (!response.ok) continue;
      /** @type {{ campaigns: { id: string }[] }} */
      const { campaigns } = await response.json();
      return campaigns.map(({ id }) => id);
    } catch {
      // Then the other one.
    }
  }
  return [];
}

/** @param {string[]} campaigns */
function firstCampaign(campaigns) {
  const asked = new URLSearchParams(location.search).get("campaign") ?? "";
  return [asked, DEFAULT_CAMPAIGN].find((id) => campaigns.includes(id)) ?? campaigns[0];
}

/**
 * @param {SignedIn} who
 * @param {string} campaign
 */
function enter({ api, token, campaigns }, campaign) {
  leave();
  const labels = new Labels(api, `/v1/campaigns/${campaign}`, token);
  page.duty = { api, token, campaigns, campaign, labels };
  page.status = null;
  page.memories = recall(page.duty);
  const address = new URL(location.href);
  address.searchParams.set("campaign", campaign);
  history.replaceState(null, "", address);
  drawControls();
  open(tabs().find(({ id }) => `#${id}` === location.hash) ?? tabs()[0]);
  page.watch = new Watch(look, (error, wait) => {
    waitAgain(wait, error instanceof Refused ? error.text : "");
    if (error instanceof Refused) page.view?.refuse?.(error);
  });
}

function leave() {
  page.watch?.stop();
  page.view?.close?.();
  page.watch = null;
  page.view = null;
}

/** Ask how the campaign is; who may not know that asks whether anybody answers. */
async function look() {
  const { duty } = page;
  if (!duty) return;
  const { api, campaign, token } = duty;
  if (!token.scopes.includes("moderate")) return void (await api.get("/v1/tokens/self"));
  /** @type {CampaignStatus} */
  const status = await api.get(`/v1/campaigns/${campaign}/status`);
  if (page.duty !== duty) return;
  page.status = status;
  drawTabs();
  page.view?.receive?.(status);
}

function tabs() {
  const { duty } = page;
  return duty ? TABS.filter((tab) => tab.isFor(duty.token)) : [];
}

/** @param {Tab} tab */
function open(tab) {
  const { duty } = page;
  if (!duty) return;
  page.view?.close?.();
  page.tab = tab;
  if (location.hash !== `#${tab.id}`) history.pushState(null, "", `#${tab.id}`);
  drawTabs();
  const { title } = tab.WORDS[page.lang];
  const root = node("div", { className: `tab ${tab.id}` });
  fill(byId("main"), node("h1", { className: "sr" }, title), root);
  page.view = tab.mount(root, contextOf(duty, tab));
  if (page.status) page.view?.receive?.(page.status);
}

/**
 * @param {Duty} duty
 * @param {Tab} tab
 * @returns {Context}
 */
function contextOf({ api, campaign, token, labels }, tab) {
  const { lang } = page;
  return {
    api,
    campaign,
    base: `/v1/campaigns/${campaign}`,
    token,
    may: (scope) => token.scopes.includes(scope),
    labels,
    status: () => page.status,
    look: () => page.watch?.now(),
    lang,
    words: tab.WORDS[lang],
    said: words(),
    texts: texts(),
    decide: (decision) => decide(decision, words()),
    show: (title, ...content) => show(title, words(), ...content),
    say: (text, undo) => toasts.say(text, undo),
    tell: (text) => toasts.tell(text),
    did: (kind, takeBack) => toasts.did(kind, takeBack),
    failure: (error) => failure(error, words()),
    unread: (error) => unread(error, words()),
    go,
    memory: (page.memories[tab.id] ??= {}),
  };
}

/**
 * @param {string} id of a tab
 * @param {object} memory
 */
function go(id, memory = {}) {
  const tab = tabs().find((each) => each.id === id);
  if (!tab) return;
  page.memories[id] = { ...page.memories[id], ...memory };
  open(tab);
}

function drawTabs() {
  const links = tabs().map((tab, index) => {
    const { status } = page;
    const waits = status && tab.waits?.(status);
    const link = node(
      "a",
      { href: `#${tab.id}` },
      node("kbd", { aria: { hidden: "true" } }, String(index + 1)),
      tab.WORDS[page.lang].title,
      waits ? node("span", { className: "count" }, texts().count(waits, tab.waitsMore?.(status))) : null,
    );
    if (tab === page.tab) link.setAttribute("aria-current", "page");
    return link;
  });
  const focused = [...byId("tabs").children].findIndex((link) => link === document.activeElement);
  byId("tabs").hidden = false;
  byId("tabs").ariaLabel = words().tabs;
  fill(byId("tabs"), ...links);
  links[focused]?.focus();
}

/** @param {boolean} isAnswer */
function heard(isAnswer) {
  const { line } = page;
  const state = isAnswer ? "answers" : "silent";
  const isBack = state === "answers" && line.state === "silent";
  page.line = { state, since: line.state === state && !isAnswer ? line.since : new Date().toISOString(), again: null };
  drawLine();
  if (isBack) page.view?.refresh?.();
}

/**
 * @param {number} wait in milliseconds
 * @param {string} [refusal]
 */
function waitAgain(wait, refusal = "") {
  Object.assign(page.line, { again: Date.now() + wait, refusal });
  drawLine();
}

/** What is read out is said once, and not with each answer. */
function drawLine() {
  const { since, again, refusal } = page.line;
  const seconds = (/** @type {number} */ ms) => words().line.seconds(Math.max(0, Math.round(ms / 1000)));
  const waited = Date.now() - (page.asks?.waitsSince ?? Infinity);
  const isSlow = page.line.state !== "silent" && waited >= SLOW_MS;
  const state = isSlow ? "waits" : page.line.state;
  byId("line").dataset.state = state;
  const said = state ? words().line[state] : "";
  if (byId("state").textContent !== said) byId("state").textContent = said;
  const wait = again && !isSlow ? words().line.again(seconds(again - Date.now())) : "";
  const last = isSlow ? seconds(waited) : since && texts().time(since);
  byId("since").textContent = [last, wait, refusal].filter(Boolean).join(" · ");
}

/** @returns {Key[]} */
function keys() {
  if (!page.duty) return [];
  const ofTabs = tabs().map((tab, index) => ({
    key: String(index + 1),
    does: tab.WORDS[page.lang].title,
    run: () => open(tab),
  }));
  return [
    ...(page.view?.keys ?? []),
    { key: "u", does: words().undoKey, run: () => toasts.undo() },
    { key: "g", does: words().refreshKey, run: refresh },
    ...ofTabs,
    { key: "?", does: words().keysKey, run: showKeys },
  ];
}

function refresh() {
  page.watch?.now();
  page.view?.refresh?.();
}

function showKeys() {
  const rows = keys().map(({ key, does }) =>
    node("tr", {}, node("th", { scope: "row" }, node("kbd", {}, keyName(key))), node("td", {}, does)),
  );
  const on = node("input", { type: "checkbox", checked: areKeysOn(), onchange: () => turnKeys(on.checked) });
  show(
    words().keys,
    words(),
    node("table", { className: "keys" }, node("tbody", {}, ...rows)),
    node("label", { className: "check" }, on, node("span", {}, words().keysOn)),
  );
}

listenToKeys(keys);
addEventListener("hashchange", () => {
  const tab = tabs().find(({ id }) => `#${id}` === location.hash);
  if (tab && tab !== page.tab) open(tab);
});
setInterval(drawLine, 1_000);

speak(page.lang);
const token = rememberedToken();
if (token) resume(token);
else showSignIn();
