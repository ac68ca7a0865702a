import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments, stringify } from "yaml";
import { render } from "../model/message.ts";
import type { Finding } from "../rules/finding.ts";
import { rules } from "../rules/registry.generated.ts";
import { filesOf } from "../testing/fixtures.ts";
import { type Files, memoryWorkspace } from "../testing/memory-workspace.ts";
import { buildsOf } from "./build.ts";
import { BuiltFindings } from "./built-findings.ts";
import { judge } from "./judge.ts";
import { Overlaid, overlaidBy } from "./overlaid.ts";

const RULES = join(import.meta.dirname, "..", "rules");

interface Shown {
  /** Findings of the base as its source alone shows them. */
  readonly written: readonly Finding[];
  /** What is left of them, with what building adds. */
  readonly shown: readonly Finding[];
}

interface World {
  readonly files: Files;
  /** What each build prints, in order; undefined for one that could not be built. */
  readonly outputs: readonly (string | undefined)[];
  /** The text of the base when it was built, where another one stands there now. */
  readonly built?: string;
}

/** What is shown in `base/all.yaml`. */
function shownOf({ files, outputs, built }: World, only = rules): Shown {
  const around = memoryWorkspace(files, only);
  const { workspace, policy } = around;
  const fileOf = (uri: string) => workspace.file(uri);
  const { builds } = buildsOf(workspace.files());
  assert.equal(builds.length, outputs.length);
  const judged = builds.flatMap((build, i) => {
    const output = outputs[i];
    const surroundings = { file: fileOf, snapshot: () => workspace.snapshot(), policy };
    return output === undefined ? [] : [judge(build, output, surroundings)];
  });
  const findings = around.findings();
  const steps = overlaidBy(judged, builds, {
    file: fileOf,
    layout: workspace.snapshot().layout,
    rules: only,
    findings: (file) => findings.filter(({ document }) => document.file === file),
    isAsBuilt: (_, { text }) => built === undefined || text === built,
  });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const base = around.file("base/all.yaml");
  const written = findings.filter(({ document }) => document.file === base);
  const all = new BuiltFindings(
    judged.flatMap((each) => each.findings),
    step.value,
  );
  return { written, shown: all.addTo(base, written, fileOf) };
}

const world = (text: string, outputs: World["outputs"], more: Files = {}): World => ({
  files: {
    "base/kustomization.yaml": "resources: [all.yaml]",
    "base/all.yaml": text,
    "dev/kustomization.yaml": "resources: [../base]",
    "prod/kustomization.yaml": "resources: [../base]",
    ...more,
  },
  outputs,
});

/** As Kustomize writes it: lists taken apart, no comments. */
function printed(text: string): string {
  return parseAllDocuments(text)
    .map((document) => document.toJS())
    .flatMap((content) => (content?.kind === "List" ? content.items : [content]))
    .map((content) => `---\n${stringify(content, { lineWidth: 0 })}`)
    .join("");
}

/** The fixtures of one plain file of which there is a corrected version. */
function fixtures(): { name: string; bad: string; good: string }[] {
  return globSync("*/*.bad.yaml", { cwd: RULES }).flatMap((path) => {
    const fixed = join(RULES, path.replace(".bad.", ".fixed."));
    const bad = readFileSync(join(RULES, path), "utf8");
    const isOne = Object.keys(filesOf(path, bad)).length === 1 && !bad.includes("# file:");
    if (!isOne || !existsSync(fixed) || /\.json\.|\/vsphere-/.test(path)) return [];
    return [{ name: basename(path), bad, good: readFileSync(fixed, "utf8") }];
  });
}

const told = (findings: readonly Finding[]) =>
  findings.map(({ ruleId, document, range }) => `${document.start + range.start} ${ruleId}`).sort();

for (const { name, bad, good } of fixtures()) {
  test(`what no overlay shows is not told, what some or all show stays: ${name}`, () => {
    const [same, better] = [printed(bad), printed(good)];
    const { written, shown } = shownOf(world(bad, [same, same]));
    assert.deepEqual(told(shown), told(written), "both overlays leave it as it is");
    assert.ok(shown.every(({ message }) => !render(message).includes("Overlays that it applies to")));

    const mixed = shownOf(world(bad, [same, better])).shown;
    for (const finding of told(written)) assert.ok(told(mixed).includes(finding), finding);

    // What stays with both is what the corrected text is found to have, too, or what nothing is certain about.
    const resolved = shownOf(world(bad, [better, better]));
    const left = new Set(resolved.written.filter((each) => resolved.shown.includes(each)));
    const after = memoryWorkspace({ "all.yaml": printed(good) }, rules).findings();
    const names = (finding: Finding) =>
      `${finding.ruleId} ${finding.resource?.type} ${finding.resource?.name}`;
    const still = new Set(after.map(names));
    const certain = resolved.written.filter(({ resource }) => isOnly(resource, printed(good)));
    assert.deepEqual(
      certain.filter((each) => left.has(each) && !still.has(names(each))).map(names),
      [],
      "gone in both",
    );
    assert.deepEqual(
      certain.filter((each) => !left.has(each) && still.has(names(each))).map(names),
      [],
      "nothing goes that is still there",
    );
  });
}

/** Whether a text holds the resource of a finding, and no other one of its name. */
function isOnly(resource: Finding["resource"], text: string): boolean {
  const found = memoryWorkspace({ "all.yaml": text }, rules)
    .file("all.yaml")
    .documents.flatMap(({ resources }) => resources)
    .filter(({ type, name }) => type === resource?.type && name === resource.name);
  return found.length === 1;
}

const ONE = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1 }] }
`;
const THREE = ONE.replace("replicas: 1", "replicas: 3");
const judging = rules.filter(({ id }) => id === "replicas-minimum");
const messages = (each: World) => shownOf(each, judging).shown.map(({ message }) => render(message));
const named = (text: string, name: string) => text.replace("name: web }", `name: ${name} }`);

test("what one overlay resolves names the others", () => {
  const [message, ...others] = messages(world(ONE, [ONE, THREE]));
  assert.deepEqual(others, []);
  assert.match(
    message ?? "",
    /Overlays that it applies to: dev\. The others that build on this resolve it\.$/,
  );
  assert.deepEqual(messages(world(ONE, [THREE, THREE])), []);
});

test("many overlays are not all named", () => {
  const overlays = Array.from({ length: 8 }, (_, i) => [`o${i}/kustomization.yaml`, "resources: [../base]"]);
  const files = {
    "base/kustomization.yaml": "resources: [all.yaml]",
    "base/all.yaml": ONE,
    ...Object.fromEntries(overlays),
  };
  const [message] = messages({ files, outputs: [THREE, ...Array.from({ length: 7 }, () => ONE)] });
  assert.match(message ?? "", /applies to: o1, o2, o3, o4, o5 and 2 more\. The others/);
});

test("names that overlays give are followed", () => {
  const more = {
    "dev/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-",
    "prod/kustomization.yaml": "resources: [../base]\nnameSuffix: -1\nnamespace: prod",
  };
  assert.deepEqual(messages(world(ONE, [named(THREE, "dev-web"), named(THREE, "web-1")], more)), []);
  const [message] = messages(world(ONE, [named(THREE, "dev-web"), named(ONE, "web-1")], more));
  assert.match(message ?? "", /applies to: prod\./);
});

test("in doubt a finding stays", () => {
  const stays = (each: World, why: string) => assert.equal(messages(each).length, 1, why);
  stays(world(ONE, [THREE, undefined]), "one of the overlays could not be built");
  stays(world(ONE, [THREE, ""]), "one of them has no such resource");
  stays(world(ONE, [THREE, named(THREE, "other")]), "it may have been renamed");
  stays(world(ONE, [THREE, `${THREE}---\n${THREE}`]), "there are two of it");
  stays({ ...world(ONE, [THREE, THREE]), built: `# before\n${ONE}` }, "it is not the text that was built");
  const two = { "base/kustomization.yaml": "resources: [all.yaml, b.yaml]", "base/b.yaml": THREE };
  stays(world(ONE, [THREE, THREE], two), "it may be made of another one");
  const nested = {
    "prod/kustomization.yaml": "resources: [../middle]",
    "middle/kustomization.yaml": "resources: [../base]",
    "qa/kustomization.yaml": "resources: [../middle]",
  };
  stays(world(ONE, [THREE, THREE, undefined], nested), "an overlay of an overlay could not be built");
  assert.deepEqual(messages(world(ONE, [THREE, THREE, THREE], nested)), [], "and with it, it is certain");
});

test("an overlay that is excused does not count", () => {
  const excused = {
    ".nines.yaml": 'overrides: [{ files: ["dev/**"], rules: { replicas-minimum: off } }]\n',
  };
  assert.deepEqual(messages(world(ONE, [ONE, THREE], excused)), []);
});

test("a finding that comes with an edit is told until everything is built again", () => {
  const { files } = world(ONE, []);
  const around = memoryWorkspace(files, judging);
  const [finding] = around.findings();
  assert.ok(finding !== undefined);
  const [build] = buildsOf(around.workspace.files()).builds;
  assert.ok(build !== undefined);
  const overlaid = new Overlaid([{ finding, standing: [], resolved: [build] }]);
  assert.deepEqual(overlaid.fateOf({ ...finding })?.standing, []);
  const edited = memoryWorkspace({ ...files, "base/all.yaml": `${ONE}# edited\n` }, judging).findings();
  assert.equal(edited.length, 1);
  for (const each of edited) assert.equal(overlaid.fateOf(each), undefined);
});
