/** What a partner does with openapi-fetch and the types that openapi-typescript makes; prints what became of it. */

import createClient from "openapi-fetch";

import type { components, paths } from "./contract.js";

declare const process: { env: Record<string, string> };

const { ADDRESS, TOKEN, CAMPAIGN: campaign } = process.env;
const client = createClient<paths>({ baseUrl: ADDRESS, headers: { Authorization: `Bearer ${TOKEN}` } });
const path = { campaign };

// As README has it: what may be left out may be left out of the type, too.
const act: components["schemas"]["ParticipationRequest"] = {
  kind: "good_deed",
  participant: { type: "citizen", phone: "+77011234567" },
  place: { region: "KZ-75" },
};
const batch: components["schemas"]["BatchRequest"] = JSON.parse(process.env.BATCH);

async function waitFor<Found>(find: () => Promise<Found | undefined>): Promise<Found> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error("nothing came");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function told<Data>(answer: { data?: Data; response: Response }): Data {
  if (answer.data === undefined) throw new Error(`${answer.response.url}: ${answer.response.status}`);
  return answer.data;
}

const live = (tag?: string) =>
  client.GET("/v1/campaigns/{campaign}/live.json", {
    params: { path, header: tag === undefined ? {} : { "If-None-Match": tag } },
    // A 304 is answered as it is, from no cache of this process.
    cache: "no-store",
  });

const before = await waitFor(async () => {
  const newest = await live();
  const etag = newest.response.headers.get("ETag") ?? "";
  const again = await live(etag);
  return again.response.status === 304 ? { etag, data: told(newest) } : undefined;
});

const record = () =>
  client.POST("/v1/campaigns/{campaign}/participations", {
    params: { path, header: { "Idempotency-Key": "fetch-1" } },
    body: act,
  });
const first = await record();
const recorded = told(first);
const again = told(await record());
const many = told(await client.POST("/v1/campaigns/{campaign}/participations/batch", { params: { path }, body: batch }));
const after = await waitFor(async () => {
  const { data } = await live(before.etag);
  return data?.totals.participations === before.data.totals.participations + 2 ? data : undefined;
});

const one = { params: { path: { participation: recorded.id } } };
const read = told(await client.GET("/v1/participations/{participation}", one));
const withdraw = () =>
  client.POST("/v1/participations/{participation}/withdrawal", { ...one, body: { reason: "Қате жіберілді" } });
const gone = told(await withdraw());
const refused = await withdraw();

const own = async () =>
  told(await client.GET("/v1/campaigns/{campaign}/submissions", { params: { path } })).submissions;
const listed = await waitFor(async () => {
  const found = await own();
  return found.some(({ id, status }) => id === recorded.id && status === "withdrawn") ? found : undefined;
});

console.log(
  JSON.stringify({
    recorded: [first.response.status, recorded.status, recorded.repeated, again.repeated],
    batch: many.results.map(({ status }) => status),
    fault: many.results[1].problem?.errors?.[0].pointer,
    read: [read.kind, read.place.region, read.people],
    withdrawn: gone.status,
    refused: [refused.response.status, refused.error?.type],
    listed: listed.map(({ status }) => status).sort(),
    document: [before.data.state, after.rev > before.data.rev],
  }),
);
