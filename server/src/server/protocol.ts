/**
 * What the Nines client and the server say to each other beyond the standard. Every standard editor does
 * without it. The client imports this file and nothing else of the server.
 */

export type {
  AvailabilityBundle,
  AvailabilityChange,
  AvailabilityFinding,
  AvailabilityGuarantee,
  AvailabilityPath,
  AvailabilityWorkload,
} from "../features/availability-tree.ts";
export type {
  BaseFile,
  BaseRepository,
  BaseVersion,
  BranchSummary,
  FixAllOutcome,
  IntroducedCause,
  IntroducedFinding,
} from "../features/branch-data.ts";
export type { LensTarget } from "../features/code-lens.ts";
export type {
  RecoveryPlanItem,
  RecoveryPlanPlace,
  RecoveryPlanRef,
  RecoveryView,
  TimelineBar,
  TimelineChart,
  TimelineInput,
  TimelinePlace,
  TimelineSection,
  TimelineWords,
} from "../features/recovery-view-data.ts";
export type { ShiftKind, ShiftTarget } from "../features/shift-targets.ts";
export type * from "./shifting/messages.ts";

/** What the client tells the server at the start. */
export interface InitializationOptions {
  /** Whether the user trusts the workspace; in doubt not. */
  readonly trusted: boolean;
  /** The client has the command `nines.explainRule`, which takes a rule's id. */
  readonly explainsRules: boolean;
  /** The client has the command `nines.openLens`, which takes a `LensTarget`. */
  readonly opensLenses: boolean;
  /** The client has the commands `nines.previewShift` and so on, which take a `ShiftTarget`. */
  readonly shiftsTraffic: boolean;
  /** The client answers `nines/findFiles` and `nines/readFile` for file systems only it can reach. */
  readonly readsFiles: boolean;
  /** The client shows `nines/status`. */
  readonly showsStatus: boolean;
}

/** Reads the options out of whatever a client sends. */
export function readInitializationOptions(value: unknown): InitializationOptions {
  const options: Readonly<Record<string, unknown>> =
    typeof value === "object" && value !== null ? { ...value } : {};
  return {
    trusted: options.trusted === true,
    explainsRules: options.explainsRules === true,
    opensLenses: options.opensLenses === true,
    shiftsTraffic: options.shiftsTraffic === true,
    readsFiles: options.readsFiles === true,
    showsStatus: options.showsStatus === true,
  };
}

/** Names of the messages. */
export const METHODS = {
  /** Client to server, request: -> `AvailabilityBundle[]`, once every file is in. */
  availability: "nines/availability",
  /** Server to client, notification: `AvailabilityChange`, about what the client has asked for. */
  availabilityChanged: "nines/availabilityChanged",
  /** Client to server, request: `ManifestPlace` -> `AvailabilityPath`, or null where no workload is. */
  availabilityPath: "nines/availabilityPath",
  /** Client to server, request: `AvailabilityPlaceParams` -> `Location`, or null when it is gone. */
  availabilityPlace: "nines/availabilityPlace",
  /** Client to server, request: `AvailabilityWorkloadsParams` -> `AvailabilityWorkload[]`. */
  availabilityWorkloads: "nines/availabilityWorkloads",
  /** Server to client, notification: `BranchSummary`, when it has become another. */
  branchChanged: "nines/branchChanged",
  /** Client to server, request: `BaseVersion` -> `BranchSummary`, or null when it was cancelled: what is new since then. */
  checkBranch: "nines/checkBranch",
  /** Client to server, notification: compare with nothing any more. */
  forgetBranch: "nines/forgetBranch",
  /** Client to server, request: -> `IntroducedFinding[]`, by place, once every file is in. */
  introducedFindings: "nines/introducedFindings",
  /** Client to server, request: `FixAllParams` -> `FixAllOutcome<WorkspaceEdit>`, or null when it was cancelled. */
  fixAll: "nines/fixAll",
  /** Server to client, request: `FindFilesParams` -> URIs of the manifests below a folder. */
  findFiles: "nines/findFiles",
  /** Server to client, request: `ReadFileParams` -> the text, or null when there is none. */
  readFile: "nines/readFile",
  /** Client to server, request: `ExplainRuleParams` -> `RulePage`, or null when there is no such rule. */
  explainRule: "nines/explainRule",
  /** Client to server, request: -> `NewRecoveryPlan`, once every file is in. */
  newRecoveryPlan: "nines/newRecoveryPlan",
  /** Client to server, request: `ManifestPlace` -> `RecoveryPlanPlace`, or null where no plan is. */
  recoveryPlanAt: "nines/recoveryPlanAt",
  /** Client to server, request: -> `RecoveryPlanItem[]`, once every file is in. */
  recoveryPlans: "nines/recoveryPlans",
  /** Client to server, request: `RecoveryPlanRef` -> `RecoveryView`, or null when there is no such plan. */
  recoveryTimeline: "nines/recoveryTimeline",
  /** Server to client, notification: `RecoveryPlanRef`, a plan that was asked for and has become another. */
  recoveryTimelineChanged: "nines/recoveryTimelineChanged",
  /** Client to server, notification: `RecoveryPlanRef`, a plan that is not shown any more. */
  recoveryTimelineClosed: "nines/recoveryTimelineClosed",
  /** Client to server, request: -> `ClusterContexts`. Reads the kubeconfig, contacts nobody. */
  clusterContexts: "nines/clusterContexts",
  /** Client to server, request: `ContextParams` -> `ClusterNamespaces`. */
  clusterNamespaces: "nines/clusterNamespaces",
  /** Client to server, request: `ConnectClusterParams` -> `ConnectedCluster`. */
  connectCluster: "nines/connectCluster",
  /** Client to server, request: -> null. */
  disconnectCluster: "nines/disconnectCluster",
  /** Server to client, notification: `ClusterLapse`, when the connected cluster cannot be read any more, or can again. */
  clusterLapsed: "nines/clusterLapsed",
  /** Has what is known of the connected cluster read again now. */
  refreshCluster: "nines/refreshCluster",
  /** Client to server, request: -> `ShiftTarget[]`, those of the workspace first. */
  shiftTargets: "nines/shiftTargets",
  /** Client to server, request: `ConnectClusterParams` -> `ShiftTarget[]` that this place has, connected or not. */
  shiftTargetsIn: "nines/shiftTargetsIn",
  /** Client to server, request: `ShiftObjectParams` -> `ShiftChoices`. */
  shiftChoices: "nines/shiftChoices",
  /** Client to server, request: -> `ShiftTarget[]`, routes of the connected namespace for A/B tests, with all that their hosts have. */
  abTargets: "nines/abTargets",
  /** Client to server, request: `ShiftObjectParams` of a VirtualService -> `DrillPromise[]`, one for each plan that promises something. */
  drillPromises: "nines/drillPromises",
  /** Client to server, request: -> `PlanAbTest[]`. */
  planAbTests: "nines/planAbTests",
  /** Client to server, request: -> `PlanFailover[]`. */
  planFailovers: "nines/planFailovers",
  /** Client to server, request: `PreviewShiftParams` -> `ShiftPage`, which `shiftChanged` goes on with. */
  previewShift: "nines/previewShift",
  /** Client to server, request: `ShiftEventParams` -> `ShiftPage`. */
  shiftEvent: "nines/shiftEvent",
  /** Client to server, request: `AcceptBlockParams` -> `ShiftPage`, which is read anew. */
  acceptBlock: "nines/acceptBlock",
  /** Client to server, request: `ShiftParams` -> `ShiftPage`. */
  shiftPage: "nines/shiftPage",
  /** Client to server, request: -> `ShiftPage[]` of shifts in the middle. */
  shiftsUnderWay: "nines/shiftsUnderWay",
  /** Server to client, notification: `ShiftPage`. */
  shiftChanged: "nines/shiftChanged",
  /** Client to server, notification: `ShiftParams` of a shift that is not shown any more. */
  shiftClosed: "nines/shiftClosed",
  /** Client to server, request: -> `ShiftJournals`. */
  shiftJournals: "nines/shiftJournals",
  /** Client to server, request: `ResumeShiftParams` -> `ShiftPage`: as it is, where this window carries it out, else standing still. */
  resumeShift: "nines/resumeShift",
  /** Client to server, request: `MemberParams` -> `ManifestEdit`, the weights in the manifest instead. */
  shiftManifestEdit: "nines/shiftManifestEdit",
  /** Client to server, request: -> `RuleSummary[]`, by id. */
  rules: "nines/rules",
  /** Server to client, notification: `Status`. */
  status: "nines/status",
  /** Client to server, notification: `TrustParams`. */
  trust: "nines/trust",
} as const;

export interface AvailabilityWorkloadsParams {
  /** Id of a bundle. */
  readonly bundle: string;
}

export interface AvailabilityPlaceParams {
  /** Id of a workload. */
  readonly workload: string;
  /** One of its findings, by its place in the list; without it, the workload itself. */
  readonly finding?: number;
}

/** The text of a first recovery plan of what the workspace holds. */
export interface NewRecoveryPlan {
  readonly text: string;
}

/** A place in a manifest, from 0. */
export interface ManifestPlace {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

export interface FixAllParams {
  /** URIs of the files to fix; others are left alone. */
  readonly files: readonly string[];
}

export interface FindFilesParams {
  /** URI of the folder. */
  readonly folder: string;
}

export interface ReadFileParams {
  readonly uri: string;
}

export interface ExplainRuleParams {
  readonly ruleId: string;
}

/** A rule's page in Markdown. */
export interface RulePage {
  readonly title: string;
  readonly markdown: string;
}

/** A rule in a list to choose from. */
export interface RuleSummary {
  readonly id: string;
  readonly title: string;
  readonly severity: "error" | "warning" | "info";
}

/** What the server is doing. */
export interface Status {
  readonly state: "indexing" | "ready";
  /** Files taken in so far. */
  readonly files: number;
  /** Findings in the whole workspace; undefined while they are not known. */
  readonly findings: number | undefined;
  /** What keeps verdicts incomplete, a sentence in the client's language. */
  readonly note: string | undefined;
}

export interface TrustParams {
  readonly trusted: boolean;
}
