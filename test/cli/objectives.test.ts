import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleFiles, readExample } from "../example-defects.ts";
import { folderOf, nines, nodes } from "./nines.ts";

type Edit = readonly [file: string, from: string, to: string];

/** The examples in a folder of their own, with some of their text replaced. */
function examples(...edits: readonly Edit[]): string {
  const files = Object.fromEntries(exampleFiles().map((file) => [file, readExample(file)]));
  for (const [file, from, to] of edits) {
    assert.ok(files[file]?.includes(from), `${file} holds ${from}`);
    files[file] = files[file]?.replace(from, to) ?? "";
  }
  return folderOf(files);
}

/** What these tests read of the JSON, a public interface. */
interface Side {
  readonly promised: number | null;
  readonly computed: { readonly best: number; readonly worst: number | null; readonly text: string } | null;
  readonly verdict: string | null;
  readonly inputs: readonly { readonly name: string; readonly file?: string; readonly line?: number }[];
  readonly criticalPath?: readonly {
    readonly name: string;
    readonly estimate: { readonly text: string };
  }[];
  readonly improvements: readonly { readonly title: string }[];
}

function objectives(...edits: readonly Edit[]) {
  const { status, stdout, stderr } = nines(["objectives", "dr/plan.yaml", "--format", "json"], {
    cwd: examples(...edits),
  });
  assert.equal(stderr, "");
  const { plans } = JSON.parse(stdout) as {
    plans: readonly { objectives: readonly { disruption: string; rto: Side; rpo: Side }[] }[];
  }; // its own output
  const of = (disruption: string) => {
    const found = plans[0]?.objectives.find((each) => each.disruption === disruption);
    assert.ok(found !== undefined, disruption);
    return found;
  };
  return { status, of };
}

const TTL: Edit = ["dr/plan.yaml", "ttl: 30s", "ttl: 300s"];
const SEQUENCE: Edit = [
  "dr/plan.yaml",
  "duration: 5m, targetReplicas: 6}",
  "duration: 5m, targetReplicas: 6, after: [switch-dns]}",
];

test("Site takes 14m30s of 15m: the worked example, with its critical path and provenance", () => {
  const { rto } = objectives().of("Site");
  assert.deepEqual([rto.computed?.worst, rto.computed?.text, rto.verdict], [870, "14m30s", "met"]);
  assert.deepEqual(
    rto.criticalPath?.map(({ name, estimate }) => `${name} ${estimate.text}`),
    ["detection 3m", "decision 5m", "scale-up 5m", "verify 1m30s"],
  );
  const ttl = rto.inputs.find(({ name }) => name === "TTL");
  const line =
    readExample("dr/dns.yaml")
      .split("\n")
      .findIndex((text) => text.includes("recordTTL: 30")) + 1;
  assert.deepEqual([ttl?.file, ttl?.line], ["dr/dns.yaml", line]);
});

test("the other numbers of the worked example", () => {
  const shown = (...edits: readonly Edit[]) => {
    const { rto } = objectives(...edits).of("Site");
    return [rto.computed?.text, rto.verdict];
  };
  assert.deepEqual(shown(TTL), ["17m30s", "breached"]);
  assert.deepEqual(shown(["dr/dns.yaml", "recordTTL: 30", "recordTTL: 300"]), ["17m30s", "breached"]);
  assert.deepEqual(shown(SEQUENCE), ["18m", "breached"]);
  assert.deepEqual(shown(SEQUENCE, TTL), ["22m30s", "breached"]);
  const region = objectives().of("Region");
  assert.equal(region.rto.criticalPath?.find(({ name }) => name === "restore-db")?.estimate.text, "42m40s");
  assert.equal(region.rpo.computed?.worst, 82 * 60);
  assert.equal(region.rpo.verdict, "breached");
});

test("the cheapest improvement comes first", () => {
  const { rto } = objectives(SEQUENCE, TTL).of("Site");
  assert.deepEqual(
    rto.improvements.map(({ title }) => title),
    [
      "TTL 300s -> 30s saves 4m30s",
      "“scale-up” beside “switch-dns” saves 5m",
      "an automatic decision saves 5m",
    ],
  );
});

const MET = `apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: small}
spec:
  objectives: [{disruption: Site, rto: 10m}]
  failovers:
    - name: site
      serves: [Site]
      detection: {duration: 1m}
      decision: {mode: Automatic}
      steps: [{name: start, duration: 5m}]
`;

for (const { name, node } of nodes()) {
  test(`exit codes on Node ${name}: 0 all kept, 1 broken or not known, 2 no plan`, () => {
    const cwd = folderOf({
      "met.yaml": MET,
      "broken.yaml": MET.replace("rto: 10m", "rto: 5m"),
      "unknown.yaml": MET.replace("decision: {mode: Automatic}", "decision: {mode: Manual}"),
      "none.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n",
    });
    const run = (...args: readonly string[]) => nines(["objectives", ...args], { cwd, node });
    assert.equal(run("met.yaml").status, 0);
    assert.match(run("met.yaml").stdout, /RTO 6m of 10m {2}kept/);
    assert.equal(run("broken.yaml").status, 1);
    assert.match(run("broken.yaml").stdout, /RTO 6m of 5m {2}broken/);
    assert.equal(run("unknown.yaml").status, 1);
    assert.match(run("unknown.yaml").stdout, /RTO ≥ 6m of 10m {2}not known/);
    assert.equal(run("none.yaml").status, 2);
    assert.match(run("none.yaml").stderr, /no DisasterRecoveryPlan in “none\.yaml”/);
    assert.equal(run("missing.yaml").status, 2);
    assert.equal(run().status, 2);
    assert.equal(run("met.yaml", "--format", "xml").status, 2);
  });
}

test("for people, in both languages, and as Markdown", () => {
  const cwd = examples(TTL);
  const english = nines(["objectives", "dr/plan.yaml"], { cwd });
  assert.equal(english.status, 1);
  assert.match(english.stdout, /RTO 17m30s of 15m {2}broken \(best case 9m\)/u);
  assert.match(english.stdout, /TTL 0s – 5m +dr\/plan\.yaml:\d+/);
  assert.match(english.stdout, /Cheapest first:\n {4}- TTL 300s -> 30s saves /);
  const chinese = nines(["objectives", "dr/plan.yaml"], { cwd, env: { LANG: "zh_CN.UTF-8" } });
  assert.match(chinese.stdout, /RTO 17m30s／承诺 15m {2}未满足/);
  const { stdout } = nines(["objectives", "dr/plan.yaml", "--format", "markdown"], { cwd });
  assert.match(stdout, /^\| Site RTO \| 15m \| 17m30s \| 9m \| \*\*broken\*\* \|$/m);
});

test("names of a plan can neither steer the terminal nor become markup", () => {
  const cwd = folderOf({ "plan.yaml": MET.replace("name: start", 'name: "\\u001b[31m<b>|x|"') });
  const shown = nines(["objectives", "plan.yaml"], { cwd }).stdout;
  assert.ok(!shown.includes("\u001b"));
  const { stdout } = nines(["objectives", "plan.yaml", "--format", "markdown"], { cwd });
  assert.ok(!stdout.includes("<b>") || stdout.includes("\\<b\\>"));
  assert.ok(!/[^\\]<b>/.test(stdout));
});
