import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import type { Metrics } from "../traffic/shift/cluster.ts";
import { metricsOfUrl } from "./prometheus.ts";

const never = new AbortController().signal;
const servers: { close(): void; closeAllConnections(): void }[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A stand-in for Prometheus, for the answers that a real one gives seldom. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<URL> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  // A server that listens on a port has an address with a port.
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`);
}

async function answering(body: unknown, status = 200): Promise<Metrics> {
  const json = typeof body === "string" ? body : JSON.stringify(body);
  return metricsOfUrl(await serve((_, response) => response.writeHead(status).end(json)));
}

async function failureOf(metrics: Metrics) {
  const outcome = await metrics.query("up", never);
  assert.ok(!outcome.ok);
  return outcome.failure;
}

const vector = (...values: string[]) => ({
  status: "success",
  data: {
    resultType: "vector",
    result: values.map((value, at) => ({ metric: { at: `${at}` }, value: [0, value] })),
  },
});

test("queries are sent as a form, encoded, with the credentials of the address but not in it", async () => {
  let seen: unknown;
  const url = await serve(async (request, response) => {
    const { method, headers, url: path } = request;
    seen = {
      method,
      path,
      authorization: headers.authorization,
      query: new URLSearchParams(await text(request)).get("query"),
    };
    response.end(JSON.stringify(vector("1")));
  });
  url.username = "me";
  url.password = "p%40ss";
  const metrics = metricsOfUrl(url);
  const query = 'sum(rate(x{a="b&c=d+e%"}[2m]))';
  assert.ok((await metrics.query(query, never)).ok);
  const authorization = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
  assert.deepEqual(seen, { method: "POST", path: "/base/api/v1/query", authorization, query });
  assert.equal(metrics.source, `http://${url.host}/base`);
});

test("samples are read with their labels and words for numbers", async () => {
  const outcome = await (await answering(vector("1.5", "NaN", "+Inf", "-Inf"))).query("x", never);
  assert.deepEqual(outcome, {
    ok: true,
    value: [
      { labels: { at: "0" }, value: 1.5 },
      { labels: { at: "1" }, value: Number.NaN },
      { labels: { at: "2" }, value: Number.POSITIVE_INFINITY },
      { labels: { at: "3" }, value: Number.NEGATIVE_INFINITY },
    ],
  });
  const scalar = { status: "success", data: { resultType: "scalar", result: [0, "2"] } };
  assert.deepEqual(await (await answering(scalar)).query("2", never), {
    ok: true,
    value: [{ labels: {}, value: 2 }],
  });
});

test("what is no whole answer is a failure, never a number", async () => {
  const unusable = [
    "<html>Log in</html>",
    {},
    { status: "success" },
    { status: "success", data: { resultType: "vector", result: [{ metric: {}, value: [0] }] } },
    { status: "success", data: { resultType: "matrix", result: [] } },
    vector("1", "one"),
    vector(""),
  ];
  for (const body of unusable) assert.equal((await failureOf(await answering(body))).kind, "unclear");
  assert.equal((await failureOf(await answering("Forbidden", 403))).kind, "unauthorized");
  assert.equal((await failureOf(await answering("", 302))).kind, "unclear");
});

test("Prometheus' own errors are told", async () => {
  const bad = await answering({ status: "error", errorType: "bad_data", error: "unexpected end" }, 400);
  const failure = await failureOf(bad);
  assert.equal(failure.kind, "invalid");
  assert.match(failure.message, /unexpected end/);
  const slow = await answering({ status: "error", errorType: "timeout", error: "query timed out" }, 503);
  assert.equal((await failureOf(slow)).kind, "unclear");
});

test("nobody there, and a caller who gives up", async () => {
  const left = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => left.once("listening", resolve));
  // As above.
  const { port } = left.address() as AddressInfo;
  await new Promise((resolve) => left.close(resolve));
  const metrics = metricsOfUrl(new URL(`http://127.0.0.1:${port}`));
  assert.equal((await failureOf(metrics)).kind, "unreachable");
  const hanging = metricsOfUrl(await serve(() => undefined));
  const outcome = await hanging.query("up", AbortSignal.timeout(20));
  assert.equal(outcome.ok ? "" : outcome.failure.kind, "cancelled");
});
