/**
 * Sends every response of a Google Form to Qaiyrym as a Standard Webhook (github.com/standard-webhooks).
 *
 * Bound to the form; set up once by running `connect`. Everything to set is in Script Properties:
 *   ENDPOINT    https://<host>/v1/hooks/google-forms
 *   SECRET      whsec_… as registered with Qaiyrym
 *   FIELDS      optional JSON, field name to question title or item id: {"phone": "Телефон", "name": "Аты-жөніңіз"}
 *   ANSWERS_BY  optional, `title` (default) or `id`: what the other answers are named by; `id` where titles change
 */

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;
// Apps Script ends a run after six minutes.
const LONGEST_RUN_MS = 5 * 60 * 1000;
// No repetition changes what these say of the response itself.
const REFUSALS = [400, 413, 415, 422];
const SENT_UNTIL = 'SENT_UNTIL';

/** Installs both triggers, in place of any installed before. Simple triggers may not fetch URLs; these may. */
function connect() {
  setting('ENDPOINT');
  signingKey();
  const form = FormApp.getActiveForm();
  ScriptApp.getProjectTriggers().forEach((trigger) => ScriptApp.deleteTrigger(trigger));
  ScriptApp.newTrigger('onSubmitted').forForm(form).onFormSubmit().create();
  ScriptApp.newTrigger('sendMissed').timeBased().everyDays(1).atHour(3).create();
  console.log(`Connected. Register this form with Qaiyrym as ${form.getId()}.`);
}

/** Sends the response just given. A failure is mailed to the owner by Apps Script; `sendMissed` makes it good. */
function onSubmitted(event) {
  send(event.source, event.response);
}

/**
 * Sends, every night, all responses since the last one that a night's run had sent, once more: the platform repeats no
 * trigger that failed. Qaiyrym knows them by their ids and counts each once.
 */
function sendMissed() {
  const lock = LockService.getScriptLock();
  if (!lock.tryLock(0)) return;
  const properties = PropertiesService.getScriptProperties();
  const stopAt = Date.now() + LONGEST_RUN_MS;
  let sentUntil = Number(properties.getProperty(SENT_UNTIL) || 0);
  try {
    const form = FormApp.getActiveForm();
    const responses = form.getResponses(new Date(sentUntil));
    responses.sort((one, other) => one.getTimestamp() - other.getTimestamp());
    for (const response of responses) {
      if (Date.now() > stopAt) return;
      send(form, response);
      sentUntil = response.getTimestamp().getTime();
    }
  } finally {
    properties.setProperty(SENT_UNTIL, String(sentUntil));
    lock.releaseLock();
  }
}

/** Sends one response under an id that is its own for ever, with pauses that double. Throws when nobody takes it. */
function send(form, response) {
  const id = `gform_${response.getId()}`;
  const body = utf8(JSON.stringify(payload(form, response)));
  let status = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) Utilities.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    status = post(id, body);
    if (status >= 200 && status < 300) return;
    if (REFUSALS.includes(status)) {
      console.error(`${id} was refused: HTTP ${status}`);
      return;
    }
  }
  throw new Error(`${id} was not taken: HTTP ${status}`);
}

/** Posts once, signed for this moment, and returns the HTTP status, 0 where there was none. */
function post(id, body) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  try {
    const answer = UrlFetchApp.fetch(setting('ENDPOINT'), {
      method: 'post',
      contentType: 'application/json',
      headers: {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature(id, timestamp, body)}`,
      },
      payload: body,
      followRedirects: false,
      muteHttpExceptions: true,
    });
    return answer.getResponseCode();
  } catch (failure) {
    console.warn(`${id} did not arrive: ${failure.name}`);
    return 0;
  }
}

// Bytes throughout: computeHmacSha256Signature reads texts as US-ASCII and signs a "?" for every other letter.
function signature(id, timestamp, body) {
  const signed = utf8(`${id}.${timestamp}.`).concat(body);
  return Utilities.base64Encode(Utilities.computeHmacSha256Signature(signed, signingKey()));
}

function signingKey() {
  return Utilities.base64Decode(setting('SECRET').replace(/^whsec_/, ''));
}

function utf8(text) {
  return Utilities.newBlob('').setDataFromString(text, 'UTF-8').getBytes();
}

function payload(form, response) {
  const data = { form_id: form.getId(), response_id: response.getId(), answers: {} };
  const email = response.getRespondentEmail();
  if (email) data.email = email;
  const names = fieldNames();
  const byId = optional('ANSWERS_BY', 'title') === 'id';
  response.getItemResponses().forEach((answered) => {
    const item = answered.getItem();
    const id = String(item.getId());
    const title = item.getTitle();
    const field = names[id] || names[title];
    if (field) {
      data[field] = answered.getResponse();
    } else {
      data.answers[byId || title in data.answers ? id : title] = answered.getResponse();
    }
  });
  return { type: 'google_forms.response', timestamp: response.getTimestamp().toISOString(), data };
}

/** Question title or item id to field name. */
function fieldNames() {
  const questions = JSON.parse(optional('FIELDS', '{}'));
  return Object.fromEntries(Object.entries(questions).map(([field, question]) => [String(question), field]));
}

function setting(name) {
  const value = optional(name, '');
  if (!value) throw new Error(`Script property ${name} is not set`);
  return value;
}

function optional(name, otherwise) {
  return PropertiesService.getScriptProperties().getProperty(name) || otherwise;
}
