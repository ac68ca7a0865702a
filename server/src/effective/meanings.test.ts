import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig } from "../config/read.ts";
import { render } from "../model/message.ts";
import { rules } from "../rules/registry.generated.ts";
import { filesOf } from "../testing/fixtures.ts";
import { type Files, uriOf } from "../testing/memory-workspace.ts";
import { Workspace } from "../workspace/workspace.ts";
import type { Meaning, World } from "./meaning.ts";
import { meaningsIn, meaningTypes } from "./meanings.ts";

/**
 * The fixtures are manifests with what they mean below each line: `# ^ label | long label (plain)` for the hint at its
 * end, `# - sentence` for what hovering tells (all sentences where there is a label, else the first). What is
 * missing and what is not expected are errors alike. `NINES_UPDATE=1` writes what is found, for review.
 */
const folder = join(import.meta.dirname, "fixtures");

for (const name of readdirSync(folder)) {
  test(`meanings of ${name}`, () => {
    const whole = readFileSync(join(folder, name), "utf8");
    const files = filesOf(name, whole);
    const { workspace, file } = workspaceOf(files);
    const config = Object.keys(files).find((path) => path.endsWith(".nines.yaml"));
    const topology =
      config === undefined
        ? { nodes: undefined, zones: undefined, sites: undefined }
        : readConfig(file(config), rules).config.topology;
    const world: World = { snapshot: workspace.snapshot(), topology };
    let updated = whole;
    for (const path of Object.keys(files)) {
      const { text, documents } = file(path);
      const found = documents.flatMap((document) =>
        meaningsIn(document, { start: 0, end: document.text.length }, world).map((meaning) => ({
          line: text.slice(0, document.start + meaning.at).split("\n").length - 1,
          meaning,
        })),
      );
      const annotated = annotate(text, found);
      updated = updated.replace(text, () => annotated);
      if (!process.env.NINES_UPDATE) assert.equal(annotated, text, path);
    }
    if (process.env.NINES_UPDATE) writeFileSync(join(folder, name), updated);
  });
}

function workspaceOf(files: Files) {
  const workspace = new Workspace([...rules.flatMap(({ types }) => types), ...meaningTypes]);
  for (const [path, text] of Object.entries(files)) workspace.set(uriOf(path), text);
  workspace.markComplete();
  return { workspace, file: (path: string) => workspace.set(uriOf(path), files[path] ?? "") };
}

/** The fixture as it would have to be for what was found. */
function annotate(text: string, found: readonly { line: number; meaning: Meaning }[]): string {
  const lines = text.split("\n").filter((line) => !/^\s*# [\^-] /.test(line));
  let kept = -1;
  const numbers = text.split("\n").map((line) => (/^\s*# [\^-] /.test(line) ? kept : ++kept));
  return lines
    .flatMap((line, i) => {
      const here = found.filter((one) => numbers[one.line] === i).map(({ meaning }) => meaning);
      const indent = /^[ -]*/.exec(line)?.[0].replaceAll("-", " ") ?? "";
      return [line, ...here.flatMap(describe).map((said) => `${indent}# ${said}`)];
    })
    .join("\n");
}

function describe({ label, longLabel, plain, details }: Meaning): string[] {
  const labels = label === undefined && longLabel === undefined ? [] : [labelOf(label, longLabel, plain)];
  const told = labels.length > 0 ? details : details.slice(0, 1);
  return [...labels, ...told.map((detail) => `- ${render(detail)}`)];
}

function labelOf(label: Meaning["label"], longLabel: Meaning["longLabel"], plain: boolean): string {
  const short = label === undefined ? "" : render(label);
  const long = longLabel === undefined ? "" : ` | ${render(longLabel)}`;
  return `^ ${short}${long}${plain ? " (plain)" : ""}`;
}
