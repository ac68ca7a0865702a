import assert from "node:assert/strict";
import { test } from "node:test";
import { inOneLine, render, t } from "./message.ts";

const CHINESE = { "{n} lost: {copies}": "丢失 {n}：{copies}", backup: "备份", mirror: "镜像", ", ": "、" };

test("a message is told in the catalogue's language, with the list mark of that language", () => {
  const message = t("{n} lost: {copies}", { n: 2, copies: [t("backup"), t("mirror")] });
  assert.equal(render(message), "2 lost: backup, mirror");
  assert.equal(render(message, CHINESE), "丢失 2：备份、镜像");
});

test("what no catalogue has is told in English, and a placeholder without a value stays", () => {
  assert.equal(render(t("unknown {what}", {}), CHINESE), "unknown {what}");
  assert.equal(render(t("{toString}", {})), "{toString}");
});

test("sentences in a row have a space between them where their language writes one", () => {
  assert.equal(inOneLine(["It is gone.", "Look there."]), "It is gone. Look there.");
  assert.equal(inOneLine(["它去哪了？", "它不见了。", "请看 a.yaml。"]), "它去哪了？它不见了。请看 a.yaml。");
});
