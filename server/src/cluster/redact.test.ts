import assert from "node:assert/strict";
import { test } from "node:test";
import { oneLine, redacted } from "./redact.ts";

const TOKEN = "s3cr3t/token+with=signs";

test("known secrets are hidden, in their base64 and address forms too", () => {
  const forms = [TOKEN, Buffer.from(TOKEN).toString("base64"), encodeURIComponent(TOKEN)];
  for (const form of forms) {
    const text = redacted(`refused: ${form}.`, [TOKEN]);
    assert.ok(!text.includes(form), text);
    assert.match(text, /refused: /);
  }
});

test("what looks like a credential is hidden without being known", () => {
  const cases: Record<string, string> = {
    "Authorization: Bearer abc.def-123": "Authorization: Bearer [hidden]",
    "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln is old": "token [hidden] is old",
    "https://me:hunter22@proxy.example:8080/": "https://[hidden]@proxy.example:8080/",
    'login {"password":"hunter22"}': 'login {"password":"[hidden]"}',
    "GET /?access_token=hunter22&x=1": "GET /?access_token=[hidden]&x=1",
    "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----": "[hidden]",
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(redacted(text), expected);
});

test("ordinary sentences stay as they are", () => {
  const sentence = 'User "viewer" cannot patch resource "virtualservices" in API group "networking.istio.io"';
  assert.equal(redacted(sentence, ["user", ""]), sentence);
});

test("one line has no breaks, no control characters, and an end", () => {
  assert.equal(oneLine("a\r\nb\u001b[31mc\u0000"), "a b [31mc");
  assert.equal(oneLine("x".repeat(1000)).length, 300);
});
