import type { SourceFile } from "../model/document.ts";
import type { Message } from "../model/message.ts";
import type { Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import type { Layout } from "../workspace/layout.ts";
import { type Build, idOf } from "./build.ts";
import type { Judged } from "./judged.ts";

/** The sources as their own verdicts have them. */
export interface Sources {
  readonly layout: Layout;
  readonly rules: readonly Rule[];
  file(uri: string): SourceFile | undefined;
  /** What is found in a file as it is written. */
  findings(file: SourceFile): readonly Finding[];
  /** Whether the text of a file is the one that went into a build. */
  isAsBuilt(build: Build, file: SourceFile): boolean;
}

/** What is known of a finding in a base from the overlays that build on it. */
export interface Fate {
  /** The builds that show it, or another finding of the rule in the same resource. */
  readonly standing: readonly Build[];
  /** The builds in which its rule finds nothing wrong with the resource any more. */
  readonly resolved: readonly Build[];
}

interface Entry extends Fate {
  readonly finding: Finding;
}

/**
 * What overlays leave of the findings of their bases, as far as all overlays of a file are known. It holds for findings
 * that were there when it was made: one that appears later, with an edit, is news and stands.
 */
export class Overlaid {
  static readonly none = new Overlaid([]);

  readonly #uris: ReadonlySet<string>;
  readonly #entries = new Map<string, Entry[]>();

  constructor(entries: readonly Entry[]) {
    this.#uris = new Set(entries.map(({ finding }) => finding.document.uri));
    for (const entry of entries) {
      const key = keyOf(entry.finding);
      const known = this.#entries.get(key);
      if (known === undefined) this.#entries.set(key, [entry]);
      else known.push(entry);
    }
  }

  /** The files that hold findings which some overlay resolves. */
  get uris(): ReadonlySet<string> {
    return this.#uris;
  }

  /** Undefined where nobody knows, and where every overlay shows it. */
  fateOf(finding: Finding): Fate | undefined {
    return this.#entries.get(keyOf(finding))?.find((entry) => isSame(entry.finding, finding));
  }
}

/** Looks at what the builds of a base make of its findings. `builds` are all there are, made or not. */
export function* overlaidBy(
  judged: readonly Judged[],
  builds: readonly Build[],
  sources: Sources,
): Generator<void, Overlaid> {
  const known = new Map(judged.map((each) => [idOf(each.build), each]));
  const folders = new Map(
    builds.filter(({ kind }) => kind === "kustomization").map((build) => [build.folder, build]),
  );
  const entries: Entry[] = [];
  for (const uri of new Set(judged.flatMap(({ leaves }) => [...leaves]))) {
    yield;
    const file = sources.file(uri);
    const users = file && usersOf(file, known, folders, sources);
    if (file === undefined || users === undefined) continue;
    for (const finding of sources.findings(file)) {
      const fate = fateIn(users, finding, sources.rules);
      if (fate !== undefined && fate.resolved.length > 0) entries.push({ finding, ...fate });
    }
  }
  return new Overlaid(entries);
}

/** Every overlay that a file is built into; undefined unless each of them was built of this very text. */
function usersOf(
  file: SourceFile,
  known: ReadonlyMap<string, Judged>,
  folders: ReadonlyMap<string, Build>,
  { layout, isAsBuilt }: Sources,
): readonly Judged[] | undefined {
  const bundles = layout.bundlesOf(file.uri);
  if (bundles.some(({ kind }) => kind !== "kustomization")) return undefined;
  const users = bundles.flatMap(({ id }) => folders.get(id) ?? []).map((build) => known.get(idOf(build)));
  const found = users.flatMap((user) =>
    user?.leaves.has(file.uri) === true && isAsBuilt(user.build, file) ? [user] : [],
  );
  return found.length > 0 && found.length === users.length ? found : undefined;
}

/** Undefined where some overlay does not tell for certain. */
function fateIn(
  users: readonly Judged[],
  { resource, ruleId }: Finding,
  rules: readonly Rule[],
): Fate | undefined {
  const rule = rules.find(({ id }) => id === ruleId);
  if (resource === undefined || rule?.judges.includes("complete") !== true) return undefined;
  const standing: Build[] = [];
  const resolved: Build[] = [];
  for (const { build, made, isComplete } of users) {
    const told = made.get(resource);
    if (told === undefined || (rule.needsWholeWorkspace && !isComplete)) return undefined;
    (told.has(ruleId) ? standing : resolved).push(build);
  }
  return { standing, resolved };
}

function keyOf({ ruleId, document, range }: Finding): string {
  return `${document.uri} ${ruleId} ${range.start} ${range.end}`;
}

/** Also for the verdict of a later run over the same text. */
function isSame(a: Finding, b: Finding): boolean {
  return a === b || (a.document.text === b.document.text && isSameMessage(a.message, b.message));
}

/** Whether two messages say the same. */
export function isSameMessage(a: Message, b: Message): boolean {
  const keys = Object.keys(a.values);
  return (
    a.text === b.text &&
    keys.length === Object.keys(b.values).length &&
    keys.every((key) => isSameValue(a.values[key], b.values[key]))
  );
}

function isSameValue(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
