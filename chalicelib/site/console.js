/** The page of those on duty: who is signed in, which tab is open, whether the API answers. */

import { Api, Refused } from "./console-api.js";
import { decide, show, Toasts, failure, unread } from "./console-dialogs.js";
import { button, field, fill, keyName, node, select } from "./console-dom.js";
import { areKeysOn, listenToKeys, turnKeys } from "./console-keys.js";
import { Labels } from "./console-labels.js";
import { forgetToken, rememberedToken, rememberToken } from "./console-session.js";
import { TABS } from "./console-tabs.js";
import { textsIn } from "./console-texts.js";
import { Watch } from "./console-watch.js";
import { LANGUAGES, SHELL } from "./console-words.js";
import { preferred, remember } from "./language.js";

const DEFAULT_CAMPAIGN = document.querySelector("meta[name=campaign]").content;
/** Scopes with which there is something to do here. */
const USEFUL = ["moderate", "admin"];
/** What every token looks like; a header takes no other letters. */
const TOKEN = /^qy_[!-~]+$/;
/** An answer that takes longer is worth a word. */
const SLOW_MS = 3_000;

const byId = (id) => document.getElementById(id);
const toasts = new Toasts(byId("toasts"), () => words());
const page = {
  lang: preferred(),
  api: null,
  /** The one that asks, before anybody is signed in, too. */
  asks: null,
  token: null,
  campaigns: [],
  campaign: null,
  labels: null,
  status: null,
  tab: null,
  view: null,
  watch: null,
  memories: {},
  /** What was not sent when a token ended, and of which campaign. */
  kept: null,
  line: { state: "", since: null, again: null },
};

const words = () => SHELL[page.lang];
const texts = () => textsIn(page.lang);

function speak(lang) {
  page.lang = document.documentElement.lang = lang;
  document.title = words().title;
  byId("title").textContent = words().title;
  byId("brand").textContent = words().brand;
  byId("skip").textContent = words().skip;
  drawControls();
  drawLine();
  if (page.token) open(page.tab ?? tabs()[0]);
  else if (byId("token")) showSignIn();
}

function drawControls() {
  const choice = Object.entries(LANGUAGES).map(([lang, [short, name]]) =>
    button(short, () => choose(lang), {
      lang,
      ariaLabel: name,
      aria: { pressed: String(lang === page.lang) },
    }),
  );
  fill(
    byId("controls"),
    page.token && campaignChoice(),
    page.token && button(words().keys, showKeys, { key: "?", className: "quiet" }),
    page.token && button(words().signOut, async () => (await mayLeave()) && signOut(), { className: "quiet", title: page.token.label ?? "" }),
    node("div", { className: "languages", aria: { role: "group", label: "Тіл · Язык · Language" } }, ...choice),
  );
}

function choose(lang) {
  remember(lang);
  toasts.clear();
  speak(lang);
  byId("controls").querySelector("[aria-pressed=true]").focus();
}

function campaignChoice() {
  if (page.campaigns.length < 2) return node("span", { className: "campaign" }, page.campaign ?? "");
  const options = page.campaigns.map((id) => [id, id]);
  const choice = select(options, page.campaign, { ariaLabel: words().campaign, className: "campaign" });
  choice.onchange = async () => {
    if (await mayLeave()) enter(choice.value);
    else choice.value = page.campaign;
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

/** Sign in with a token; return whether there is anything to do with it. */
async function signIn(text) {
  const turnedAway = () => page.api === api && turnAway();
  const api = new Api(text, { language: () => page.lang, heard, turnedAway });
  page.asks = api;
  const token = await api.get("/v1/tokens/self");
  if (!USEFUL.some((scope) => token.scopes.includes(scope))) return false;
  Object.assign(page, { api, token });
  rememberToken(text);
  page.campaigns = await knownCampaigns();
  enter(wantedCampaign());
  return true;
}

async function trySignIn(text) {
  if (!TOKEN.test(text)) return words().noToken;
  try {
    return (await signIn(text)) ? "" : words().useless;
  } catch (error) {
    return unread(error, words());
  }
}

/** Go on with the token of before a reload, as soon as the API answers. */
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

/** The token is none any more: what was not sent waits for who signs in to the same campaign. */
function turnAway() {
  const { campaign, memories } = page;
  const count = unsentOf(memories);
  signOut(count ? `${words().turnedAway} ${words().unsentKept(texts().number(count), campaign)}` : words().turnedAway);
  page.kept = count ? { campaign, memories } : null;
}

/** What was not sent before, where it is of this campaign and can be sent; else it is told before it is forgotten. */
function recall(campaign) {
  const { kept } = page;
  page.kept = null;
  if (!kept) return {};
  const held = decisionsOf(kept.memories);
  if (kept.campaign === campaign && tabs().some(({ id }) => id === "names")) {
    for (const decisions of held) decisions.api = page.api;
    return kept.memories;
  }
  toasts.say(words().unsentLost(texts().number(unsentOf(kept.memories)), kept.campaign));
  for (const decisions of held) decisions.drop();
  return {};
}

const decisionsOf = (memories) => Object.values(memories).flatMap(({ decisions }) => decisions ?? []);
const unsentOf = (memories) => decisionsOf(memories).reduce((sum, { unsent }) => sum + unsent, 0);

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
  Object.assign(page, { api: null, asks: null, token: null, campaign: null, status: null, memories: {}, tab: null });
  page.line = { state: "", since: null, again: null };
  history.replaceState(null, "", location.pathname + location.search);
  speak(page.lang);
  showSignIn(message);
}

async function knownCampaigns() {
  const { campaign } = page.token;
  if (campaign !== "*") return [campaign];
  const list = await fileOrApi();
  return list.length ? list : [DEFAULT_CAMPAIGN];
}

/** The public list, and where that file does not load what the API says. */
async function fileOrApi() {
  for (const path of ["/v1/campaigns.json", "/v1/campaigns"]) {
    try {
      const response = await fetch(path, { credentials: "omit", signal: AbortSignal.timeout(5_000) });
      if (response.ok) return (await response.json()).campaigns.map(({ id }) => id);
    } catch {
      // Then the other one.
    }
  }
  return [];
}

function wantedCampaign() {
  const asked = new URLSearchParams(location.search).get("campaign");
  return [asked, DEFAULT_CAMPAIGN].find((id) => page.campaigns.includes(id)) ?? page.campaigns[0];
}

function enter(campaign) {
  leave();
  const labels = new Labels(page.api, `/v1/campaigns/${campaign}`, page.token);
  Object.assign(page, { campaign, labels, status: null, memories: recall(campaign) });
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
  Object.assign(page, { watch: null, view: null });
}

const may = (scope) => page.token.scopes.includes(scope);

/** Ask how the campaign is; who may not know that asks whether anybody answers. */
async function look() {
  const { api, campaign } = page;
  if (!may("moderate")) return void (await api.get("/v1/tokens/self"));
  const status = await api.get(`/v1/campaigns/${campaign}/status`);
  if (page.api !== api || page.campaign !== campaign) return;
  page.status = status;
  drawTabs();
  page.view?.receive?.(status);
}

const tabs = () => TABS.filter((tab) => tab.isFor(page.token));

function open(tab) {
  page.view?.close?.();
  page.tab = tab;
  if (location.hash !== `#${tab.id}`) history.pushState(null, "", `#${tab.id}`);
  drawTabs();
  const { title } = tab.WORDS[page.lang];
  const root = node("div", { className: `tab ${tab.id}` });
  fill(byId("main"), node("h1", { className: "sr" }, title), root);
  page.view = tab.mount(root, contextOf(tab));
  if (page.status) page.view?.receive?.(page.status);
}

function contextOf(tab) {
  const { api, campaign, token, lang } = page;
  return {
    api,
    campaign,
    base: `/v1/campaigns/${campaign}`,
    token,
    may,
    labels: page.labels,
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

function go(id, memory = {}) {
  const tab = tabs().find((each) => each.id === id);
  if (!tab) return;
  page.memories[id] = { ...page.memories[id], ...memory };
  open(tab);
}

function drawTabs() {
  const links = tabs().map((tab, index) => {
    const waits = page.status && tab.waits?.(page.status);
    const link = node(
      "a",
      { href: `#${tab.id}` },
      node("kbd", { aria: { hidden: "true" } }, String(index + 1)),
      tab.WORDS[page.lang].title,
      waits ? node("span", { className: "count" }, texts().count(waits, tab.waitsMore?.(page.status))) : null,
    );
    if (tab === page.tab) link.setAttribute("aria-current", "page");
    return link;
  });
  const focused = [...byId("tabs").children].indexOf(document.activeElement);
  byId("tabs").hidden = false;
  byId("tabs").ariaLabel = words().tabs;
  fill(byId("tabs"), ...links);
  links[focused]?.focus();
}

function heard(isAnswer) {
  const { line } = page;
  const state = isAnswer ? "answers" : "silent";
  const isBack = state === "answers" && line.state === "silent";
  page.line = { state, since: line.state === state && !isAnswer ? line.since : new Date().toISOString(), again: null };
  drawLine();
  if (isBack) page.view?.refresh?.();
}

function waitAgain(wait, refusal = "") {
  Object.assign(page.line, { again: Date.now() + wait, refusal });
  drawLine();
}

/** What is read out is said once, and not with each answer. */
function drawLine() {
  const { since, again, refusal } = page.line;
  const seconds = (ms) => words().line.seconds(Math.max(0, Math.round(ms / 1000)));
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

function keys() {
  if (!page.token) return [];
  const ofTabs = tabs().map((tab, index) => ({
    key: String(index + 1),
    does: tab.WORDS[page.lang].title,
    run: () => open(tab),
  }));
  return [
    ...(page.view?.keys ?? []),
    { key: "u", does: words().undoKey, run: () => toasts.undo() },
    { key: "g", does: words().refreshKey, run: () => (page.watch?.now(), page.view?.refresh?.()) },
    ...ofTabs,
    { key: "?", does: words().keysKey, run: showKeys },
  ];
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
  const tab = page.token && tabs().find(({ id }) => `#${id}` === location.hash);
  if (tab && tab !== page.tab) open(tab);
});
setInterval(drawLine, 1_000);

speak(page.lang);
const kept = rememberedToken();
if (kept) resume(kept);
else showSignIn();
