import { type SourceDocument, SourceFile } from "../model/document.ts";
import type { Resource } from "../model/resource.ts";
import { type Beyond, beyondQuestion } from "./beyond.ts";
import { INDEXES, type IndexName, indexedTypes } from "./indexes.ts";
import { isLayoutFile, Layout } from "./layout.ts";
import type { Snapshot } from "./snapshot.ts";
import { podOwners } from "./workload.ts";

/** The key under which every analysis depends on the layout. */
const LAYOUT = "layout";
const INDEX_NAMES = Object.keys(INDEXES) as IndexName[]; // the keys of a const object

/** What changed in a workspace. */
export interface Changes {
  /** The recorded questions (see `Workspace.snapshot`) whose answers may be others now. */
  readonly questions: ReadonlySet<string>;
  /** Documents that are no longer part of any file. */
  readonly removed: readonly SourceDocument[];
}

/** A value that was computed from answers, with the questions. */
interface Derived {
  readonly value: unknown;
  readonly asked: ReadonlySet<string>;
}

/**
 * The files of a workspace, parsed and indexed. The only mutable thing in the core: `set` and `delete` bring
 * changes in, `takeChanges` says which questions may now have other answers.
 */
export class Workspace {
  readonly #files = new Map<string, SourceFile>();
  readonly #index = new Map<string, Set<Resource>>();
  readonly #layoutTexts = new Map<string, string>();
  readonly #kinds: ReadonlySet<string>;
  #questions = new Set<string>();
  #removed: SourceDocument[] = [];
  readonly #listeners: ((changes: Changes) => void)[] = [];
  /** Answers in order, by question, kept up to date. */
  readonly #answers = new Map<string, readonly Resource[]>();
  /** What was derived from answers: holds until something changes. */
  #derived = new WeakMap<Resource, Map<string, Derived>>();
  #layout: Layout | undefined;
  #layoutFingerprint = "";
  #complete = false;
  #beyond: Beyond | undefined;

  /** `types` (`group/Kind` or `group/version/Kind`) are those that rules read; other documents are not parsed. */
  constructor(types: Iterable<string>) {
    this.#kinds = new Set([...types, ...indexedTypes, ...podOwners].map(scanKeyOf));
  }

  /** Whether every file is in. Until then nothing may be called missing. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Says that every file is in; all documents are to be looked at again once. */
  markComplete(): void {
    this.#complete = true;
    this.#forget();
  }

  /** Lets rules look at what a connected cluster has besides, or no more. All documents are to be looked at again. */
  setBeyond(beyond: Beyond | undefined): void {
    this.#beyond = beyond;
  }

  file(uri: string): SourceFile | undefined {
    return this.#files.get(uri);
  }

  files(): Iterable<SourceFile> {
    return this.#files.values();
  }

  /** Puts in a file or its new text. Documents whose text is unchanged are kept. */
  set(uri: string, text: string): SourceFile {
    const previous = this.#files.get(uri);
    if (previous?.text === text) return previous;
    const file = new SourceFile(uri, text, this.#kinds, previous);
    this.#files.set(uri, file);
    this.#forget();
    this.#reindex(previous, file);
    if (isLayoutFile(uri)) this.#layoutTexts.set(uri, text);
    this.#layoutMayChange(uri);
    return file;
  }

  delete(uri: string): void {
    const previous = this.#files.get(uri);
    if (previous === undefined) return;
    this.#files.delete(uri);
    this.#forget();
    this.#reindex(previous, undefined);
    this.#layoutTexts.delete(uri);
    this.#layoutMayChange(uri);
  }

  /** Has somebody told of the changes whenever they are taken. */
  onChanges(listener: (changes: Changes) => void): void {
    this.#listeners.push(listener);
  }

  /** What happened since the last call. The layout is compared here once, however many files changed. */
  takeChanges(): Changes {
    const layout = this.#currentLayout();
    if (layout.fingerprint !== this.#layoutFingerprint) {
      this.#questions.add(LAYOUT);
      this.#layoutFingerprint = layout.fingerprint;
    }
    for (const type of this.#beyond?.takeChanges() ?? []) this.#questions.add(beyondQuestion(type));
    const changes = { questions: this.#questions, removed: this.#removed };
    this.#questions = new Set();
    this.#removed = [];
    for (const listener of this.#listeners) listener(changes);
    return changes;
  }

  /** A view for one analysis; `asked` receives what it depended on. */
  snapshot(asked: Set<string> = new Set()): Snapshot {
    const workspace = this;
    const beyond = this.#beyond;
    return {
      beyond: beyond && {
        name: beyond.name,
        namespace: beyond.namespace,
        look(types, namespaces) {
          for (const type of types) asked.add(beyondQuestion(type));
          return beyond.look(types, namespaces);
        },
      },
      get complete() {
        return workspace.#complete;
      },
      get layout() {
        asked.add(LAYOUT);
        return workspace.#currentLayout();
      },
      find(index, key) {
        const full = `${index}:${key}`;
        asked.add(full);
        return workspace.#answer(full);
      },
      derive(resource, key, compute) {
        const { value, asked: questions } = workspace.#derive(resource, key, compute);
        for (const question of questions) asked.add(question);
        return value as ReturnType<typeof compute>; // kept under the key of this one computation
      },
    };
  }

  #answer(question: string): readonly Resource[] {
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const answer = [...(this.#index.get(question) ?? [])].sort(inOrder);
    this.#answers.set(question, answer);
    return answer;
  }

  #derive(resource: Resource, key: string, compute: (snapshot: Snapshot) => unknown): Derived {
    const derived = this.#derived.get(resource) ?? new Map<string, Derived>();
    this.#derived.set(resource, derived);
    const known = derived.get(key);
    if (known !== undefined) return known;
    const asked = new Set<string>();
    const made = { value: compute(this.snapshot(asked)), asked };
    derived.set(key, made);
    return made;
  }

  #forget(): void {
    this.#derived = new WeakMap();
  }

  #currentLayout(): Layout {
    this.#layout ??= new Layout(this.#layoutTexts, (uri) => this.#files.get(uri)?.text);
    return this.#layout;
  }

  #layoutMayChange(uri: string): void {
    if (isLayoutFile(uri) || this.#layout?.reads(uri) === true) this.#layout = undefined;
  }

  #reindex(before: SourceFile | undefined, after: SourceFile | undefined): void {
    const kept = new Set(after?.documents);
    const old = new Set(before?.documents);
    if (!keepsOrder(old, kept)) this.#answers.clear();
    for (const document of old) {
      if (kept.has(document)) continue;
      this.#removed.push(document);
      for (const resource of filedOf(document)) this.#unfile(resource);
    }
    for (const document of kept) {
      if (!old.has(document)) for (const resource of filedOf(document)) this.#file(resource);
    }
  }

  #file(resource: Resource): void {
    for (const key of keysOf(resource)) {
      const filed = this.#index.get(key);
      if (filed === undefined) this.#index.set(key, new Set([resource]));
      else filed.add(resource);
      this.#questions.add(key);
      const answer = this.#answers.get(key);
      if (answer !== undefined) this.#answers.set(key, withResource(answer, resource));
    }
  }

  #unfile(resource: Resource): void {
    for (const key of keysOf(resource)) {
      const filed = this.#index.get(key);
      filed?.delete(resource);
      if (filed?.size === 0) this.#index.delete(key);
      this.#questions.add(key);
      const answer = this.#answers.get(key);
      if (answer !== undefined)
        this.#answers.set(
          key,
          answer.filter((other) => other !== resource),
        );
    }
  }
}

/** What tells a document of the type by its first lines: `Kind`, or `apiVersion/Kind` where the version counts. */
function scanKeyOf(type: string): string {
  const [group, version, kind] = type.split("/");
  if (kind === undefined) return version ?? type;
  return group === "" ? `${version}/${kind}` : type;
}

/** What a document contributes to the indexes. */
function filedOf({ resources, bystander }: SourceDocument): readonly Resource[] {
  return bystander === undefined ? resources : [bystander];
}

function keysOf(resource: Resource): readonly string[] {
  return resource.derive(computeKeys);
}

function computeKeys(resource: Resource): readonly string[] {
  const keys = INDEX_NAMES.flatMap((name) => INDEXES[name](resource).map((key) => `${name}:${key}`));
  return [...new Set(keys)];
}

/** By file, then position: the same answer whatever the order in which files came in. */
function inOrder(a: Resource, b: Resource): number {
  if (a.document.uri !== b.document.uri) return a.document.uri < b.document.uri ? -1 : 1;
  return a.document.start - b.document.start || a.root.range.start - b.root.range.start;
}

/** Whether the documents that stay come in the order in which they were. */
function keepsOrder(before: ReadonlySet<SourceDocument>, after: ReadonlySet<SourceDocument>): boolean {
  const staying = [...after].filter((document) => before.has(document));
  let i = 0;
  for (const document of before) if (document === staying[i]) i++;
  return i === staying.length;
}

/** An ordered answer with one more resource. */
function withResource(answer: readonly Resource[], resource: Resource): readonly Resource[] {
  let low = 0;
  let high = answer.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = answer[middle];
    if (other !== undefined && inOrder(other, resource) < 0) low = middle + 1;
    else high = middle;
  }
  return answer[low] === resource ? answer : answer.toSpliced(low, 0, resource);
}
