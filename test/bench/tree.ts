import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { application, bystander, deployment } from "./manifests.ts";

const APPLICATIONS = 400;
const BYSTANDERS = 1_300;

/** Writes a tree like a large public one into a new folder: some 1,700 files, 3,400 documents, most of it nothing that a rule reads. The same every time. */
export function writeTree(): string {
  const root = mkdtempSync(join(tmpdir(), "nines-bench-"));
  for (let i = 0; i < APPLICATIONS; i++) write(root, `apps/team-${i % 17}/app-${i}.yaml`, application(i));
  for (let i = 0; i < BYSTANDERS; i++)
    write(
      root,
      `platform/part-${i % 23}/file-${i}.yaml`,
      [bystander(i), bystander(i + 1)].slice(i % 2).join("---\n"),
    );
  return root;
}

/** Resources in a workspace as the budget for editing says. */
export const RESOURCES = 10_000;

/** Files of a workspace with `RESOURCES` resources by path. */
export function workspaceFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  let resources = 0;
  for (let i = 0; resources < RESOURCES; i++) {
    const text = application(i);
    resources += text.split("---\n").length;
    files.set(`apps/team-${i % 17}/app-${i}.yaml`, text);
  }
  return files;
}

/** One multi-document file of at least 10,000 lines. */
export function bigFile(): string {
  const documents: string[] = [];
  for (let i = 0, lines = 0; lines < 10_000; i++) {
    const text = i % 3 === 0 ? application(100_000 + i) : deployment(`big-${i}`, i);
    documents.push(text);
    lines += text.split("\n").length;
  }
  return documents.join("---\n");
}

/** Writes a workspace to a new folder. */
export function writeFiles(files: ReadonlyMap<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "nines-bench-"));
  for (const [path, text] of files) write(root, path, text);
  return root;
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
