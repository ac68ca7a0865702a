import assert from "node:assert/strict";
import { test } from "node:test";
import { t } from "../../model/message.ts";
import { inEnglish } from "./language.ts";
import { terminalProgress } from "./progress.ts";

function recorder(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 30, write: (text: string) => written.push(text) };
  // The two members of a stream that are used.
  return { written, stream: stream as unknown as NodeJS.WriteStream };
}
const reading = (done: number, total: number) => t("Reading {done} of {total} files…", { done, total });

test("on a terminal a long run shows one line, written over and taken away", () => {
  const { written, stream } = recorder(true);
  let now = 0;
  const progress = terminalProgress(stream, inEnglish, () => now);
  for (now = 0; now <= 1000; now += 10) progress.step(reading, now, 1000);
  assert.equal(written[0], "\r\u001b[2KReading 700 of 1000 files…");
  assert.equal(written.length, 4);
  progress.clear();
  progress.clear();
  assert.deepEqual(written.slice(4), ["\r\u001b[2K"]);
});

test("a short run, a pipe and a log show nothing", () => {
  for (const [isTTY, end] of [
    [true, 600],
    [false, 100_000],
  ] as const) {
    const { written, stream } = recorder(isTTY);
    let now = 0;
    const progress = terminalProgress(stream, inEnglish, () => now);
    for (now = 0; now <= end; now += 50) progress.step(reading, now, end);
    progress.clear();
    assert.deepEqual(written, []);
  }
});
