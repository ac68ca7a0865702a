/** What the client and the server say to each other about clusters and traffic shifts. Nothing of it is secret. */

import type { Operation } from "rfc6902";
import type { ShiftTarget } from "../../features/shift-targets.ts";
import type { PlannedFailover } from "../../recovery/planned-failovers.ts";
import type { Acceptable, Level } from "../../traffic/shift/gates/check.ts";
import type { ObjectName } from "../../traffic/shift/goals/database.ts";
import type { RecordKey } from "../../traffic/shift/goals/dns.ts";
import type { HeaderVariant } from "../../traffic/shift/goals/routes.ts";
import type { Phase } from "../../traffic/shift/state.ts";
import type { ActionView, LaneView, MemberView, StepView } from "../../traffic/shift/view.ts";

/** What the kubeconfig offers to connect to. */
export interface ClusterContexts {
  readonly contexts: readonly ClusterContext[];
  readonly current: string | undefined;
  /** What of the kubeconfig could not be read. */
  readonly problems: readonly string[];
}

export interface ClusterContext {
  readonly name: string;
  readonly cluster: string;
  readonly server: string | undefined;
  readonly user: string | undefined;
  readonly namespace: string;
  /** Its name has to be typed before anything is written. */
  readonly production: boolean;
}

/** Names of namespaces; `problem` says why they are not known. */
export interface ClusterNamespaces {
  readonly namespaces: readonly string[];
  readonly problem: string | undefined;
}

export interface ContextParams {
  readonly context: string;
}

export interface ConnectClusterParams extends ContextParams {
  readonly namespace: string;
}

/** The cluster that the window is connected to. */
export interface ConnectedCluster extends ConnectClusterParams {
  readonly server: string;
  readonly version: string;
  readonly production: boolean;
}

/** Whether what is known of the connected cluster is as it is now. */
export interface ClusterLapse {
  readonly context: string;
  /** Of when it is, in milliseconds since 1970; undefined where it never was read. */
  readonly since: number | undefined;
  /** Why it is not read any more, a sentence in the client's language; undefined: it is read again. */
  readonly problem: string | undefined;
}

/** What is to become of a target. */
export type ShiftChange =
  | {
      readonly kind: "weights";
      readonly route: string | undefined;
      readonly to: readonly { readonly leg: string; readonly weight: number }[];
      /** Undefined: the steps of the settings. */
      readonly steps: readonly number[] | undefined;
    }
  | { readonly kind: "rollout"; readonly verb: "promote" | "promoteFull" | "abort" | "undo" | "retry" }
  | { readonly kind: "dns"; readonly record: Partial<RecordKey>; readonly targets: readonly string[] }
  | {
      readonly kind: "promoteDatabase";
      /** The demoted primary whose token is taken; null where it is lost. */
      readonly tokenFrom: ObjectName | null;
    }
  /** `newPrimary`: the name that it goes by in `externalClusters`. */
  | { readonly kind: "demoteDatabase"; readonly newPrimary: string }
  /** Requests whose header has the value of a variant go to its destination. */
  | {
      readonly kind: "ab";
      readonly route: string | undefined;
      readonly header: string;
      readonly variants: readonly HeaderVariant[];
    }
  | {
      readonly kind: "drill";
      readonly route: string | undefined;
      /** The standby that is to answer. */
      readonly to: string;
      /** How many requests of a hundred fail. */
      readonly percent: number;
      /** How long each of its two parts may take. */
      readonly seconds: number;
      /** The promised recovery time, as people write it; undefined: it is only measured. */
      readonly rto: string | undefined;
    };

/** An object by what people know it by. */
export type ShiftObject = Pick<ShiftTarget, "kind" | "namespace" | "name">;

/** One object of a shift, and what is to become of it. */
export interface ShiftPart {
  /** Undefined: the connected one. */
  readonly context: string | undefined;
  readonly target: ShiftObject;
  readonly change: ShiftChange;
}

export interface PreviewShiftParams {
  /** In the order in which they are changed. */
  readonly members: readonly ShiftPart[];
  /** The old side is dead: only the new one is judged. */
  readonly emergency: boolean;
}

/** An object in a cluster. */
export interface ShiftObjectParams {
  /** Undefined: the connected one. */
  readonly context: string | undefined;
  readonly target: ShiftObject;
}

/** What an object offers to choose from besides its destinations, as it is now. */
export interface ShiftChoices {
  /** Of a DNSEndpoint. */
  readonly records: readonly ShiftRecord[];
  /** Of a CloudNativePG Cluster: who may become the primary in its place. */
  readonly externalClusters: readonly string[];
}

/** A record of a DNSEndpoint and where it points now. */
export interface ShiftRecord extends RecordKey {
  readonly targets: readonly string[];
}

/** What a recovery plan of the workspace promises for a route. */
export interface DrillPromise {
  /** As people write it: `15m`. */
  readonly rto: string;
  readonly plan: string;
  readonly disruption: string;
  readonly uri: string;
}

/** The A/B test that a recovery plan of the workspace describes. */
export interface PlanAbTest {
  readonly plan: string;
  readonly uri: string;
  /** `namespace/name` or `name`; undefined where the plan leaves it open. */
  readonly virtualService: string | undefined;
  readonly header: string;
  readonly variants: readonly { readonly value: string; readonly subset: string }[];
}

/** A failover of a recovery plan of the workspace. */
export interface PlanFailover extends PlannedFailover {
  readonly plan: string;
  readonly uri: string;
}

/** A shift that the server carries out, and all that is shown of it. */
export interface ShiftPage {
  /** Names it in this server. */
  readonly shift: string;
  /** Name of its journal. */
  readonly id: string | undefined;
  readonly phase: Phase;
  readonly paused: boolean;
  readonly status: string;
  readonly members: readonly ShiftMember[];
  readonly steps: readonly ShiftStep[];
  readonly checks: readonly ShiftCheck[];
  /** What it is held to, and who says so. */
  readonly basis: readonly ShiftBasis[];
  readonly actions: readonly ShiftAction[];
  readonly log: readonly { readonly at: number; readonly message: string }[];
  readonly manual: readonly string[];
  /** Undefined where it is no drill. */
  readonly drill: ShiftDrill | undefined;
  /** The server's time, for the age of what is shown. */
  readonly now: number;
}

/** What a drill measures, in times as people write them. */
export interface ShiftDrill {
  /** What a plan promises; undefined where nothing is promised. */
  readonly promised: string | undefined;
  /** How long it took until the standby answered; undefined until then. */
  readonly answered: string | undefined;
  /** Undefined while one of the two is not known. */
  readonly inTime: boolean | undefined;
}

/** As in `ShiftView`, in the client's language. */
export interface ShiftMember
  extends Omit<MemberView, "checks" | "reverts" | "lanes" | "patch" | "inverse" | "edit"> {
  readonly lanes: readonly LaneView[];
  readonly checks: readonly ShiftCheck[];
  readonly reverts: readonly string[];
  readonly patch: readonly Operation[];
  readonly inverse: readonly Operation[];
  /** Whether the weights can be written into a manifest instead. */
  readonly editable: boolean;
}

/** Something that a shift is held to or judged by, and where it comes from. */
export interface ShiftBasis {
  readonly what: string;
  readonly from: string;
}

export interface ShiftStep extends Omit<StepView, "title"> {
  readonly title: string;
}

export interface ShiftCheck {
  readonly id: string;
  readonly level: Level;
  readonly message: string;
  readonly evidence: readonly string[];
  readonly query: string | undefined;
  /** The word for it, where a person may take this block on: `AcceptBlockParams`. */
  readonly accept: Acceptable | undefined;
}

export interface ShiftAction extends Omit<ActionView, "label"> {
  readonly label: string;
}

/** A person's wish about a shift. */
export interface ShiftEventParams {
  readonly shift: string;
  readonly event: ActionView["event"];
  /** Why to go on without evidence. */
  readonly reason?: string;
  /** The production context's name, as it was typed. */
  readonly typed?: string;
  /** The resourceVersions that the person saw. */
  readonly versions?: readonly string[];
}

export interface ShiftParams {
  readonly shift: string;
}

/** Somebody else will undo the shift, and a person takes that on. */
export interface AcceptBlockParams extends ShiftParams {
  readonly accept: Acceptable;
  /** Who undoes it and when, as the person read it. */
  readonly seen: readonly string[];
}

export interface MemberParams extends ShiftParams {
  /** Position among the members. */
  readonly member: number;
}

/** A journal on this machine. */
export interface ShiftJournal {
  readonly id: string;
  /** What it is about: objects and contexts. */
  readonly title: string;
  readonly contexts: readonly string[];
  /** Where it stands, in words. */
  readonly status: string;
  readonly updatedAt: number;
  /** Whether something is left to be done or undone; a completed one can only be rolled back. */
  readonly open: boolean;
  /** Whether it is carried out in this window. */
  readonly here: boolean;
  /** Whether it has come to its end, and the way back is still kept. */
  readonly completed: boolean;
  /** Whether a drill's fault may still fail real requests. */
  readonly faulty: boolean;
}

export interface ShiftJournals {
  /** The newest first. */
  readonly journals: readonly ShiftJournal[];
  /** Files that cannot be read. */
  readonly problems: readonly string[];
}

export interface ResumeShiftParams {
  readonly id: string;
}

/** A place in a manifest that was, or can be, edited. */
export interface ManifestEdit {
  readonly uri: string;
  readonly edits: readonly {
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly line: number; readonly character: number };
    };
    readonly newText: string;
  }[];
}
