import type { Config } from "../config/config.ts";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Message } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import type { Trial } from "../refactor/refactoring.ts";
import type { Origins } from "../render/built-findings.ts";
import type { Judged, Surroundings } from "../render/judged.ts";
import type { Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import type { Subject } from "../survival/subjects.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { ClientFeatures } from "./client.ts";

/** Which files' reports may differ from what they were: these, or every one. URIs are canonical. */
export interface Doubt {
  readonly everything: boolean;
  readonly uris: ReadonlySet<string>;
}

/** What the schemas are used for. */
export interface SchemaSettings {
  readonly validate: boolean;
  readonly completion: boolean;
  readonly hover: boolean;
}

/** What is drawn between the lines of an editor. */
export interface DrawingSettings {
  /** `compact`: only where what counts is not what is written. */
  readonly inlayHints: "off" | "compact" | "on";
  readonly codeLens: boolean;
}

/** A workspace of one's own, judged by the same rules, settings and surroundings: nothing done to it is seen elsewhere. */
export interface Twin {
  /** Puts in a file or its new text. */
  load(uri: string, text: string): void;
  file(uri: string): SourceFile | undefined;
  files(): Iterable<SourceFile>;
  findings(file: SourceFile): readonly Finding[];
  /** What is around the things that are built from its files. */
  readonly surroundings: Surroundings;
  /**
   * Brings in another version of a file, undefined when it is gone. Returns the documents of other files whose verdicts
   * that puts in doubt, of those that were asked for.
   */
  revise(uri: string, text: string | undefined): ReadonlySet<SourceDocument>;
}

/** What the features need of the server: files, findings and the client's abilities. URIs are the client's. */
export interface Session {
  /** What the client can do; known after `initialize`. */
  readonly client: ClientFeatures;
  /** Resolves when the settings are known, before which no verdict is final. */
  readonly ready: Promise<void>;
  readonly rules: readonly Rule[];
  /** The current text of a file; undefined when it is not part of what Nines looks at. */
  file(uri: string): SourceFile | undefined;
  /** The findings of a file, as it is now; none where Nines is switched off. */
  findings(file: SourceFile): readonly Finding[];
  /** What charts and overlays became when they were last built; none where nothing is. */
  builds(): readonly Judged[];
  /** What of the builds a finding stands for; undefined for one that has nothing to do with any. */
  originsOf(finding: Finding): Origins | undefined;
  /** An empty workspace beside this one. */
  twin(): Twin;
  /** Whether a text that is not there now would be looked at under a URI. */
  mayHold(uri: string, text: string): boolean;
  /**
   * Lets `body` try out other texts of a file: `change` puts one in, `current` is the file with it. Afterwards
   * everything is as before.
   */
  trying<T>(uri: string, body: (current: () => SourceFile, change: (text: string) => void) => T): T;
  /** Lets `body` try out other texts of any files. Afterwards everything is as before. */
  rehearsing<T>(body: (trial: Trial) => T): T;
  /** The configuration that counts for a file. */
  configFor(uri: string): Config;
  /** The canonical URIs of all files. */
  uris(): readonly string[];
  /** The canonical URIs of the open documents. */
  openUris(): readonly string[];
  /** All files as they are now. */
  files(): Iterable<SourceFile>;
  /** What features may ask about the workspace, as it is now. Good for one request. */
  snapshot(): Snapshot;
  /** The workloads of a document and what is guaranteed to them; none where Nines is switched off. */
  subjects(document: SourceDocument): readonly Subject[];
  /** Whether Nines is switched on for a file, and the file not ignored. */
  isEnabled(uri: string): boolean;
  /** Resolves when every file is in. */
  readonly complete: Promise<void>;
  /** What the schemas are to be used for in a file. */
  settings(uri: string): SchemaSettings;
  /** What is to be drawn in a file. */
  drawing(uri: string): DrawingSettings;
  /** Whether a resource is written out as a whole: neither a patch nor a template. */
  isComplete(resource: Resource): boolean;
  /** The URI under which the client knows a file. */
  clientUri(uri: string): string;
  /** The one spelling under which the server keeps a file. */
  canonicalUri(uri: string): string;
  /** The version of an open document; null for a file that is not open. */
  version(uri: string): number | null;
  /** A message in the client's language. */
  text(message: Message): string;
}
