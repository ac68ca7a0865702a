import assert from "node:assert/strict";
import { test } from "node:test";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { markdownOf } from "./markdown.ts";
import { placeName, planOfState } from "./messages.ts";
import { pictureOf } from "./picture.ts";
import { svgOf } from "./svg.ts";
import { bar, chart, viewOf } from "./testing/view.ts";

const place = {
  uri: "file:///w/dr/my%20plan.yaml",
  range: { start: { line: 34, character: 6 }, end: { line: 34, character: 9 } },
};
const CHART = chart(
  [
    bar('detect <now> & "then"', [0, 0], [30, 60], { critical: true, place }),
    bar("all in all", [0, 0], [90, 150], { kind: "total", critical: true }),
  ],
  120,
);

test("the export is well-formed, holds every text once as text, and refers to nothing outside", () => {
  const svg = svgOf(viewOf([CHART], "a<b>&\u0001c"));
  assert.equal(XMLValidator.validate(svg), true);
  const parsed = new XMLParser({ ignoreAttributes: false }).parse(svg);
  assert.equal(parsed.svg.title, "Recovery timeline of “a<b>&c”");
  assert.match(svg, /◆ detect &lt;now&gt; &amp; &quot;then&quot;/);
  assert.doesNotMatch(svg, /<script|href=|javascript:|tabindex/i);
  assert.deepEqual(
    svg.match(/https?:[^"]+/g)?.filter((address) => address !== "http://www.w3.org/2000/svg"),
    [],
  );
  const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) assert.ok(ids.includes(id), `${id} is defined`);
});

test("rows can be reached and say what they are, unless the picture is only looked at", () => {
  const page = JSON.stringify(pictureOf(CHART, { width: 600, id: "p", interactive: true }));
  assert.match(page, /"role":"button","aria-label":"detect/);
  assert.match(page, /"role":"img","aria-label":"all in all/);
  assert.match(page, /"aria-label":"RTO: 150s of 120s\. Broken by 30s\."/);
  const alone = JSON.stringify(pictureOf(CHART, { width: 600, id: "p", interactive: false }));
  assert.doesNotMatch(alone, /tabindex|button/);
});

test("the Markdown has every figure, and names do not become markup", () => {
  const view = viewOf([
    CHART,
    chart([bar("db|x", [0, 0], [0, 60], { kind: "copy" })], 0, { kind: "loss", name: "RPO" }),
  ]);
  const [section] = view.sections;
  assert.ok(section);
  const text = markdownOf(
    {
      ...view,
      sections: [
        {
          ...section,
          improvements: ["TTL 300s -> 30s saves 4m30s"],
          assumptions: ["*Guessed*"],
          inputs: [{ label: "TTL", depth: 1, value: "0s – 5m", origin: "assumed", place }],
        },
      ],
    },
    () => "dr/plan.yaml:35",
  );
  assert.match(text, /^# Recovery timeline of “app”\n/);
  assert.match(text, /\| Site \| RTO \| 150s of 120s \| Broken by 30s\. \|/);
  assert.match(text, /\| detect \\<now\\> \\& "then" \| 0s \| 60s \| 60s \| critical path \|/);
  assert.match(text, /\| db\\\|x \| 60s \|/);
  assert.match(text, /- TTL 300s -\\> 30s saves 4m30s\n/);
  assert.match(text, /- \\\*Guessed\\\*\n/);
  assert.match(text, /\| – TTL \| 0s – 5m \| dr\/plan\.yaml:35 assumed \|/);
});

test("a plan that promises nothing is said to", () => {
  const text = markdownOf({ ...viewOf([]), sections: [] }, placeName);
  assert.match(text, /The plan promises nothing\./);
});

test("a state that VS Code kept is read with care", () => {
  const plan = { uri: "file:///w/plan.yaml", name: "app" };
  assert.deepEqual(planOfState({ plan, zoom: 1 }), plan);
  for (const state of [undefined, null, 3, {}, { plan: null }, { plan: { uri: 1, name: "" } }])
    assert.equal(planOfState(state), undefined);
});

test("places are called by file and line", () => {
  assert.equal(placeName(place), "my plan.yaml:35");
  assert.equal(placeName({ ...place, uri: "untitled:%E0%A4%A" }), "untitled:%E0%A4%A:35");
});
