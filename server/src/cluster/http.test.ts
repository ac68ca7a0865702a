import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_ANSWER_BYTES, TooLarge, textOf } from "./http.ts";

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

test("characters that are cut by the network are put together", async () => {
  const bytes = new TextEncoder().encode("状态 ok");
  assert.equal(await textOf(chunks(bytes.slice(0, 2), bytes.slice(2))), "状态 ok");
  assert.equal(await textOf(null), "");
});

test("an answer without end is not read to its end", async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    const chunk = new Uint8Array(1024 * 1024);
    for (;;) {
      read += chunk.length;
      yield chunk;
    }
  }
  await assert.rejects(textOf(endless()), TooLarge);
  assert.ok(read <= MAX_ANSWER_BYTES + 1024 * 1024);
});
