/**
 * Runs one function of an Apps Script against stand-ins of the services it uses.
 *
 * node apps_script.cjs <script> <function> < scenario
 * Scenario: {now, properties, statuses, responses: [{id, timestamp, email, items: [{id, title, response}]}]};
 * a status of 0 is a failed connection.
 * Output: {requests: [{url, headers, body}], pauses, properties, triggers, error, log}, body in base64.
 */
const { createHmac } = require('node:crypto');
const { readFileSync } = require('node:fs');
const vm = require('node:vm');

const [script, called] = process.argv.slice(2);
const scenario = JSON.parse(readFileSync(0, 'utf8'));
const properties = { ...scenario.properties };
const statuses = [...scenario.statuses];
const done = { requests: [], pauses: [], triggers: [], log: [], error: null };

// Apps Script's bytes are signed.
const signed = (buffer) => Array.from(new Int8Array(buffer));
const buffer = (bytes) => {
  if (!Array.isArray(bytes)) throw new TypeError('bytes expected');
  return Buffer.from(Int8Array.from(bytes));
};

const form = {
  getId: () => '1FAIpQLSd',
  getResponses: (since) => scenario.responses.filter((it) => new Date(it.timestamp) >= since).map(responseOf),
};

function responseOf(given) {
  return {
    getId: () => given.id,
    getTimestamp: () => new Date(given.timestamp),
    getRespondentEmail: () => given.email || '',
    getItemResponses: () =>
      given.items.map((item) => ({
        getItem: () => ({ getId: () => item.id, getTitle: () => item.title }),
        getResponse: () => item.response,
      })),
  };
}

function trigger(name) {
  const step = new Proxy({}, { get: (_, key) => () => (key === 'create' ? done.triggers.push(name) : step) });
  return step;
}

class Clock extends Date {
  static now() {
    return scenario.now * 1000;
  }
}

const services = {
  Date: Clock,
  console: {
    log: (line) => done.log.push(line),
    warn: (line) => done.log.push(line),
    error: (line) => done.log.push(line),
  },
  FormApp: { getActiveForm: () => form },
  LockService: { getScriptLock: () => ({ tryLock: () => true, releaseLock: () => {} }) },
  PropertiesService: {
    getScriptProperties: () => ({
      getProperty: (name) => properties[name] ?? null,
      setProperty: (name, value) => {
        properties[name] = value;
      },
    }),
  },
  ScriptApp: { getProjectTriggers: () => [], newTrigger: trigger },
  UrlFetchApp: {
    fetch: (url, options) => {
      done.requests.push({ url, headers: options.headers, body: buffer(options.payload).toString('base64') });
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      if (status === 0) throw new Error('Address unavailable');
      return { getResponseCode: () => status };
    },
  },
  Utilities: {
    sleep: (milliseconds) => done.pauses.push(milliseconds),
    newBlob: () => ({
      setDataFromString: (text, charset) => ({
        getBytes: () => signed(Buffer.from(text, charset === 'UTF-8' ? 'utf8' : 'ascii')),
      }),
    }),
    base64Decode: (text) => signed(Buffer.from(text, 'base64')),
    base64Encode: (bytes) => buffer(bytes).toString('base64'),
    computeHmacSha256Signature: (value, key) =>
      signed(createHmac('sha256', buffer(key)).update(buffer(value)).digest()),
  },
};

const context = vm.createContext(services);
vm.runInContext(readFileSync(script, 'utf8'), context);
context.event = { source: form, response: scenario.responses.length ? responseOf(scenario.responses[0]) : null };
try {
  vm.runInContext(`${called}(event)`, context);
} catch (failure) {
  done.error = failure.message;
}
process.stdout.write(JSON.stringify({ ...done, properties }));
