import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiClient } from "./api-client.ts";
import { CredentialsError, type HttpAnswer, type HttpRequest, type Transport } from "./http.ts";

const GET: HttpRequest = { method: "GET", path: "/api" };
const PATCH: HttpRequest = { method: "PATCH", path: "/api", body: "[]" };
const OK: HttpAnswer = { status: 200, headers: {}, body: "{}" };
const never = new AbortController().signal;

type Reply = HttpAnswer | Error | "hang";

/** A transport that gives prepared answers, the last of them for ever. */
class Scripted implements Transport {
  readonly server = "https://cluster.example";
  readonly #replies: readonly Reply[];
  readonly #renewal: () => void;
  sent = 0;
  renewed = 0;

  constructor(replies: readonly Reply[], renewal: () => void = () => undefined) {
    this.#replies = replies;
    this.#renewal = renewal;
  }

  async send(_request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const reply = this.#replies[Math.min(this.sent, this.#replies.length - 1)];
    this.sent += 1;
    if (reply instanceof Error) throw reply;
    if (reply !== undefined && reply !== "hang") return reply;
    return await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }

  async renew(): Promise<void> {
    this.renewed += 1;
    this.#renewal();
  }

  redact(text: string): string {
    return text.replaceAll("planted", "[hidden]");
  }

  close(): void {}
}

function status(code: number, headers: Record<string, string> = {}, message = "said"): HttpAnswer {
  return { status: code, headers, body: JSON.stringify({ kind: "Status", message, details: { name: "x" } }) };
}

function networkError(code: string, syscall = "connect"): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("planted"), { code, syscall }) });
}

async function failureOf(transport: Transport, request = GET, signal = never, limits = {}) {
  const outcome = await new ApiClient(transport, limits).json(request, signal);
  assert.ok(!outcome.ok);
  return outcome.failure;
}

test("a throttled request is sent again when the server says, a write too", async () => {
  const transport = new Scripted([
    status(429, { "retry-after": "0" }),
    status(429, { "retry-after": "0.05" }),
    OK,
  ]);
  assert.ok((await new ApiClient(transport).json(PATCH, never)).ok);
  assert.equal(transport.sent, 3);
});

test("a server that stays throttled, or asks for much patience, is left alone", async () => {
  const stubborn = new Scripted([status(429, { "retry-after": "0" })]);
  assert.deepEqual(await failureOf(stubborn), { kind: "throttled", message: "said", retryAfterSeconds: 0 });
  assert.equal(stubborn.sent, 4);
  const slow = new Scripted([status(429, { "retry-after": "3600" })]);
  assert.equal((await failureOf(slow)).retryAfterSeconds, 3600);
  assert.equal(slow.sent, 1);
});

test("a write that may have been carried out is never sent again", async () => {
  const answers: Reply[] = [
    status(503, { "retry-after": "0" }),
    status(500),
    networkError("UND_ERR_SOCKET"),
    networkError("ETIMEDOUT", "read"),
  ];
  for (const answer of answers) {
    const transport = new Scripted([answer, OK]);
    const failure = await failureOf(transport, PATCH);
    assert.equal(failure.kind, "unclear");
    assert.equal(transport.sent, 1);
  }
});

test("a read whose connection was lost is sent once more", async () => {
  const transport = new Scripted([networkError("UND_ERR_SOCKET"), OK]);
  assert.ok((await new ApiClient(transport).json(GET, never)).ok);
  assert.equal((await failureOf(new Scripted([networkError("ECONNRESET")]))).kind, "unclear");
});

test("credentials are renewed once", async () => {
  const transport = new Scripted([status(401), OK]);
  assert.ok((await new ApiClient(transport).json(PATCH, never)).ok);
  const expired = new Scripted([status(401)]);
  assert.equal((await failureOf(expired)).kind, "unauthorized");
  assert.deepEqual([expired.sent, expired.renewed], [2, 1]);
  const gone = new Scripted([status(401)], () => {
    throw new CredentialsError("The context is gone.");
  });
  assert.deepEqual(await failureOf(gone), { kind: "unauthorized", message: "The context is gone." });
});

test("each status has its kind", async () => {
  const kinds = {
    400: "invalid",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    422: "invalid",
    502: "unclear",
  };
  for (const [code, kind] of Object.entries(kinds)) {
    assert.equal((await failureOf(new Scripted([status(Number(code))]))).kind, kind, code);
  }
  const page: HttpAnswer = { status: 404, headers: {}, body: "404 page not found" };
  assert.equal((await failureOf(new Scripted([page]))).kind, "notServed");
});

test("what was not sent is told from what may have been", async () => {
  for (const code of [
    "ECONNREFUSED",
    "ENOTFOUND",
    "ETIMEDOUT",
    "UND_ERR_CONNECT_TIMEOUT",
    "CERT_HAS_EXPIRED",
  ]) {
    const failure = await failureOf(new Scripted([networkError(code)]), PATCH);
    assert.equal(failure.kind, "unreachable", code);
    assert.match(failure.message, /^https:\/\/cluster\.example cannot be reached: .*\.$/);
  }
});

test("no answer ends in time, and at once when it is cancelled", async () => {
  const failure = await failureOf(new Scripted(["hang"]), PATCH, never, { timeoutMs: 20 });
  assert.deepEqual(failure, { kind: "unclear", message: "https://cluster.example did not answer in time." });
  const cancelled = await failureOf(new Scripted(["hang"]), PATCH, AbortSignal.timeout(10));
  assert.equal(cancelled.kind, "cancelled");
});

test("a login page is no answer", async () => {
  const page: HttpAnswer = { status: 200, headers: {}, body: "<html>Log in</html>" };
  assert.match((await failureOf(new Scripted([page]))).message, /login page/);
});

test("nothing secret and no whole object is told", async () => {
  const object = JSON.stringify(JSON.stringify({ spec: "x".repeat(500) }));
  const failure = await failureOf(
    new Scripted([status(422, {}, `Invalid value: ${object}: planted is unknown`)]),
  );
  assert.equal(failure.message, 'Invalid value: "…": [hidden] is unknown');
  assert.ok(!(await failureOf(new Scripted([networkError("EPIPE")]), PATCH)).message.includes("planted"));
});
