import type { Policy } from "../analyze.ts";
import type { SourceFile } from "../model/document.ts";
import type { Message } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import type { Severity } from "../rules/severity.ts";
import type { Posture } from "../survival/verdict.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { Anchor } from "./anchor.ts";
import type { Build } from "./build.ts";
import type { Identity } from "./built-resource.ts";

/** The workspace that a build is part of. */
export interface Surroundings {
  file(uri: string): SourceFile | undefined;
  snapshot(): Snapshot;
  readonly policy: Policy;
}

/** A finding about what a build makes, tied to the source it comes from. */
export interface BuiltFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: Message;
  /** What it is about, as it is called in the end. */
  readonly resource: Identity;
  readonly anchor: Anchor;
  readonly related: readonly { readonly anchor: Anchor; readonly message: Message }[];
  readonly build: Build;
  /** The same finding in every version of what the build makes, wherever it comes from: see `identityOf` of rules. */
  readonly key: string;
  /** The resource that what it is about is made of, where no other one may be meant. */
  readonly base: Resource | undefined;
}

/** Something that a build makes, and where it stands in the sources. */
export interface BuiltPlace {
  /** What it is called in the end. */
  readonly resource: Identity;
  readonly anchor: Anchor;
}

/** A workload that a build makes, and what is guaranteed to it. */
export interface BuiltWorkload extends BuiltPlace {
  readonly posture: Posture;
  /** The budgets and autoscalers of the build that have a part in it. */
  readonly about: readonly BuiltPlace[];
  /** Those of the sources around the build. */
  readonly aboutAround: readonly Resource[];
}

/** What judging a build came to. */
export interface Judged {
  readonly build: Build;
  readonly findings: readonly BuiltFinding[];
  /** By the place that the build prints them in. */
  readonly workloads: readonly BuiltWorkload[];
  /** URIs of the kustomizations that have a hand in it, its own included; of a chart, the chart's. */
  readonly folders: ReadonlySet<string>;
  /** URIs of the files that resources are taken from; none of a chart. */
  readonly leaves: ReadonlySet<string>;
  /** URIs of all files that a kustomization is made of; none of a chart, which is everything in its folder. */
  readonly inputs: ReadonlySet<string>;
  /** What is in the output for certain, by the resource that it is made of: the rules that find something wrong in it. */
  readonly made: ReadonlyMap<Resource, ReadonlySet<string>>;
  /** Whether every file was in, so that something might be called missing. */
  readonly isComplete: boolean;
}
