import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const catalogues = [
  "server/l10n/bundle.l10n.zh-cn.json",
  "client/l10n/bundle.l10n.zh-cn.json",
  "package.nls.zh-cn.json",
  ...globSync("schemas/l10n/*.json", { cwd: root }),
];

/** What docs/translation.md advises against: the form, and what to write instead. */
const HABITS: readonly (readonly [RegExp, string])[] = [
  [/ “|” /, "no space beside “ ”"],
  [/[\u4e00-\u9fff][,;!?]/, "full-width punctuation"],
  [/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]/, "a space between Chinese and Latin letters"],
  [/[\d}] (?:s|ms)(?![A-Za-z])/, "秒, 毫秒"],
  [/……/, "a single …"],
  [/腾空/, "排空"],
  [/剔除/, "摘除"],
  [/杀死/, "强制终止"],
  [/晋升/, "提升"],
  [/变体/, "版本"],
  [/中断预算/, "干扰预算"],
  [/接入控制/, "准入控制"],
  [/主实例/, "主库"],
  [/备用实例/, "备库"],
  [/选择器/, "选择算符"],
  [/申领/, "PVC"],
  [/目的地/, "目标"],
  [/\d 个发现|新发现/, "问题"],
  [/API [Ss]erver/, "API 服务器"],
  [/恢复计划|容灾预案/, "恢复预案"],
  [/门禁/, "门限"],
  [/严重级别/, "严重程度"],
];

for (const path of catalogues) {
  test(`${path} is written as docs/translation.md says`, () => {
    const texts: Record<string, string> = JSON.parse(readFileSync(join(root, path), "utf8"));
    const faults = Object.values(texts).flatMap((text) =>
      HABITS.filter(([form]) => form.test(text.replace(/`[^`]*`/g, "` `"))).map(
        ([form, instead]) => `${form.exec(text)?.[0]} → ${instead}: ${text}`,
      ),
    );
    assert.deepEqual(faults, []);
  });
}
