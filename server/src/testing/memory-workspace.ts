import { Analyzer, type Policy } from "../analyze.ts";
import { isConfigFile } from "../config/name.ts";
import { ConfigStore, type Overlay } from "../config/store.ts";
import { applyEdits } from "../fixes/edit.ts";
import type { SourceFile } from "../model/document.ts";
import type { Finding, FindingFix } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import { Workspace } from "../workspace/workspace.ts";

/** Files by path relative to the workspace's root. */
export type Files = Readonly<Record<string, string>>;

/** A whole workspace in memory, complete, with cold analyses. For tests. */
export interface MemoryWorkspace {
  readonly workspace: Workspace;
  readonly policy: Policy;
  file(path: string): SourceFile;
  /** Every finding, by file and place. */
  findings(): Finding[];
  /** The texts after one fix. */
  after(fix: FindingFix): Files;
}

const ROOT = "file:///w";

/** The day it is in tests. */
const TODAY = Date.UTC(2026, 0, 1);

/** URI of a path in a memory workspace. */
export function uriOf(path: string): string {
  return `${ROOT}/${path}`;
}

/** Builds a workspace of `files` judged by `rules`. */
export function memoryWorkspace(
  files: Files,
  rules: readonly Rule[],
  overlay: Overlay = { profile: "strict" },
): MemoryWorkspace {
  const workspace = new Workspace(rules.flatMap((rule) => rule.types));
  const configs = new ConfigStore(rules, overlay);
  for (const [path, text] of Object.entries(files)) {
    const file = workspace.set(uriOf(path), text);
    if (isConfigFile(file.uri)) configs.set(file);
  }
  workspace.markComplete();
  const file = (path: string) => {
    const found = workspace.file(uriOf(path));
    if (found === undefined) throw new Error(`no file ${path} in this workspace`);
    return found;
  };
  const policy: Policy = { rules, configFor: (uri) => configs.configFor(uri), now: () => TODAY };
  return {
    workspace,
    policy,
    file,
    findings() {
      const analyzer = new Analyzer(policy);
      return Object.keys(files).flatMap((path) => [...analyzer.analyze(workspace.snapshot(), file(path))]);
    },
    after(fix) {
      const result: Record<string, string> = { ...files };
      for (const path of Object.keys(files)) {
        const edits = fix.edits
          .filter((edit) => edit.document.uri === uriOf(path))
          .map((edit) => ({ range: edit.document.inFile(edit.range), newText: edit.newText }));
        if (edits.length > 0) result[path] = applyEdits(file(path).text, edits);
      }
      return result;
    },
  };
}
