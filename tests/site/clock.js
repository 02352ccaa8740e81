/**
 * A page's time in the hands of its test: it stands still until it is moved, and waits for answers that are under way.
 * By the server's clock it is `wrongBy` milliseconds later.
 *
 * Only what scripts read and wait by is held. Animations, styles and the network keep real time.
 */
(start, wrongBy) => {
  const real = { Date, setTimeout, setInterval, clearTimeout, clearInterval };
  const NEVER = { at: Infinity };
  const timers = new Map();
  let now = start;
  let made = 0;
  let underWay = 0;
  let arrived = () => {};

  /** One turn of the event loop, in which what has arrived is worked off. */
  const turn = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });

  const counted = (ask) =>
    function (...details) {
      underWay++;
      return ask.apply(this, details).finally(() => --underWay || arrived());
    };
  /** The server keeps the page's time: it is told what that is. */
  const ask = globalThis.fetch;
  const timed = (url, ...details) => ask(String(url).includes("/v1/") ? `${url}?now=${now + wrongBy}` : url, ...details);
  globalThis.fetch = counted(timed);
  Response.prototype.json = counted(Response.prototype.json);

  async function settled() {
    do {
      if (underWay) await new Promise((resolve) => (arrived = resolve));
      await turn();
    } while (underWay);
  }

  function set(run, wait, every) {
    const id = ++made;
    timers.set(id, { id, at: now + Math.max(0, +wait || 0), every, run });
    return id;
  }

  const held = {
    Date: class extends Date {
      constructor(...parts) {
        super(...(parts.length ? parts : [now]));
      }
      static now() {
        return now;
      }
    },
    setTimeout: (call, wait, ...details) => set(() => call(...details), wait),
    setInterval: (call, wait, ...details) => set(() => call(...details), wait, Math.max(1, wait)),
    clearTimeout: (id) => timers.delete(id),
    clearInterval: (id) => timers.delete(id),
  };

  const next = () => [...timers.values()].reduce((first, timer) => (timer.at < first.at ? timer : first), NEVER);

  function fire(timer) {
    now = Math.max(now, timer.at);
    if (timer.every) timer.at = now + timer.every;
    else timers.delete(timer.id);
    timer.run();
  }

  globalThis.testClock = {
    hold: () => Object.assign(globalThis, held),
    release: () => Object.assign(globalThis, real),
    /** Be at another time at once, as a machine that has slept. */
    jump: (time) => (now = time),
    /** Let time pass: every timer fires at its time, and the next one only when no answer is under way any more. */
    async pass(milliseconds, isPatient) {
      const end = now + milliseconds;
      for (;;) {
        await (isPatient ? settled() : turn());
        const timer = next();
        if (timer.at > end) break;
        fire(timer);
      }
      now = Math.max(now, end);
    },
  };
  testClock.hold();
};
