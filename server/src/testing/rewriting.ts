import { isConfigFile } from "../config/name.ts";
import { ConfigStore } from "../config/store.ts";
import { applyEdits } from "../fixes/edit.ts";
import type { Refactoring, Rewrite, World } from "../refactor/refactoring.ts";
import { rules } from "../rules/registry.generated.ts";
import { type Files, memoryWorkspace, uriOf } from "./memory-workspace.ts";

/** What became of a workspace. */
export interface Rewritten {
  readonly files: Files;
  readonly rewrite: Rewrite;
}

/** Takes a refactoring's offer at an offset of a file; undefined when there is none. For tests. */
export function rewritten(
  files: Files,
  refactoring: Refactoring,
  path: string,
  offset: number,
): Rewritten | undefined {
  const { workspace, file } = memoryWorkspace(files, rules);
  const document = [...file(path).documents].reverse().find(({ start }) => start <= offset);
  const resource = document?.resources.find(
    ({ type, root }) =>
      refactoring.types.includes(type) &&
      (document.resources.length === 1 ||
        (document.start + root.range.start <= offset && offset <= document.start + root.range.end)),
  );
  if (document === undefined || resource === undefined) return undefined;
  const configs = new ConfigStore(rules, {});
  for (const name of Object.keys(files)) if (isConfigFile(uriOf(name))) configs.set(file(name));
  const world: World = { snapshot: workspace.snapshot(), rules, configFor: (uri) => configs.configFor(uri) };
  const offer = refactoring.offer({ resource, offset: offset - document.start }, world);
  if (offer === undefined) return undefined;
  const rewrite = offer.rewrite({
    file: (uri) => workspace.file(uri),
    change: (uri, text) => void workspace.set(uri, text),
    snapshot: () => workspace.snapshot(),
  });
  const after = Object.entries(files).map(([name, text]) => {
    const own = rewrite.changes.filter(({ uri }) => uri === uriOf(name));
    return [name, applyEdits(text, own)];
  });
  return { files: Object.fromEntries(after), rewrite };
}
