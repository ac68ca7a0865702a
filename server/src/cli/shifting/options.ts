import { resolve } from "node:path";
import { t } from "../../model/message.ts";
import { nodeAt } from "../../model/node.ts";
import { heldTo, planLayer, writtenLayer } from "../../shifting/basis.ts";
import { shiftSettings, valuesOf } from "../../shifting/written-settings.ts";
import { secondsOfText } from "../../traffic/duration.ts";
import { headerRouteOf } from "../../traffic/shift/goals/routes.ts";
import type { Intent, ShiftRequest } from "../../traffic/shift/intent.ts";
import { CANARY_STEPS, type Change, LONGEST_DRILL } from "../../traffic/shift/intent.ts";
import { KINDS } from "../../traffic/shift/kinds.ts";
import type { Thresholds } from "../../traffic/shift/thresholds.ts";
import { readGates } from "../../traffic/shift/written-gates.ts";
import { UsageError } from "../errors.ts";
import { resourcesOf, type Target } from "./target.ts";

/** The options of `nines shift`, as commander gives them. */
export interface ShiftOptions {
  readonly context?: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly to?: readonly string[];
  readonly route?: string;
  readonly step?: string;
  readonly yes?: true;
  readonly confirm?: string;
  readonly format: "pretty" | "json";
  readonly prometheus?: string;
  readonly productionContexts?: string;
  readonly plan?: string;
  /** A failover of the plan, in place of targets. */
  readonly failover?: string;
  readonly accept?: string;
  readonly emergency?: true;
  readonly ask?: true;
  readonly full?: true;
  readonly undo?: true;
  readonly retry?: true;
  readonly record?: string;
  readonly tokenFrom?: string;
  readonly demote?: string;
  readonly subset?: readonly string[];
  readonly header?: string;
  readonly variant?: readonly string[];
  readonly withoutMetrics?: string;
  readonly onHold: "stop" | "abort";
  readonly successRate?: string;
  readonly p99?: string;
  readonly minRequests?: string;
  readonly soak?: string;
  readonly interval?: string;
  readonly scrapeInterval?: string;
  readonly podCapacity?: string;
  /** Of `nines shift drill`. */
  readonly drill?: true;
  readonly percent?: string;
  readonly for?: string;
  readonly rto?: string;
}

/** What is asked for, from targets and options. @throws UsageError */
export function requestOf(
  targets: readonly Target[],
  options: ShiftOptions,
  namespaces: (context: string) => string,
): ShiftRequest {
  const databases = targets.filter(({ type }) => type.kind === KINDS.database.kind);
  if (options.demote !== undefined && databases.length !== 1)
    throw new UsageError(
      t(
        "--demote is for one database. Of several, write the new primary behind the one that is demoted: cluster/NAME=NEW-PRIMARY.",
      ),
    );
  const intents = targets.map((target): Intent => {
    const context = contextOf(target, options);
    const namespace = options.namespace ?? target.namespace ?? namespaces(context);
    return {
      context,
      ref: { type: target.type, namespace, name: target.name },
      ...changeOf(target, options),
    };
  });
  const accepted = (options.accept ?? "").split(",").filter((word) => word !== "");
  const foreign = accepted.find((word) => word !== "gitops" && word !== "helm");
  if (foreign !== undefined)
    throw new UsageError(t("--accept takes gitops, helm or both, not “{word}”.", { word: foreign }));
  return { intents, accepted, emergency: options.emergency === true, ask: options.ask === true };
}

/** The context of a target. @throws UsageError */
export function contextOf(
  target: Pick<Target, "context">,
  { context }: Pick<ShiftOptions, "context">,
): string {
  const found = target.context ?? context;
  if (found !== undefined) return found;
  throw new UsageError(
    t(
      "Which cluster is meant? Name its kubeconfig context with --context; the current one is never taken unasked.",
    ),
  );
}

function changeOf(target: Target, options: ShiftOptions): Change {
  const to = target.to.length > 0 ? target.to : (options.to ?? []);
  const route = options.route === undefined ? {} : { route: options.route };
  switch (target.type.kind) {
    case KINDS.rollout.kind:
      return { kind: "rollout", verb: verbOf(options) };
    case KINDS.dnsEndpoint.kind:
      if (to.length === 0)
        throw new UsageError(t("Where is the record to point? Name the target with --to."));
      return {
        kind: "dns",
        record: recordOf(target.record ?? options.record),
        targets: to,
      };
    case KINDS.destinationRule.kind:
      return { kind: "subsets", subsets: subsetsOf(options.subset) };
    case KINDS.database.kind:
      if (target.to.length > 0 || options.demote !== undefined)
        return { kind: "demoteDatabase", newPrimary: newPrimaryOf([...target.to, options.demote]) };
      return { kind: "promoteDatabase", tokenFrom: tokenOf(options.tokenFrom) };
    default:
      if (options.drill) return drillOf(to, options);
      if (options.variant !== undefined) return { kind: "ab", ...route, routes: variantsOf(options) };
      if (to.length === 0)
        throw new UsageError(
          t(
            "Where is the traffic to go? Name the subset or host with --to, such as `--to v2` or `--to v2=50`.",
          ),
        );
      return { kind: "weights", ...route, to: to.map(weightOf), steps: stepsOf(options.step) };
  }
}

function drillOf(to: readonly string[], options: ShiftOptions): Change {
  const [standby] = to;
  if (standby === undefined || to.length > 1)
    throw new UsageError(t("Which destination is the standby that is to answer? Name one with --to."));
  const percent = Number(options.percent ?? 100);
  if (!(percent > 0 && percent <= 100))
    throw new UsageError(t("--percent takes how many of a hundred requests are to fail, such as 100."));
  const seconds = durationOf(options.for ?? "120s");
  if (seconds > LONGEST_DRILL)
    throw new UsageError(
      t("A drill may last {seconds} s at the most: its fault fails real requests.", {
        seconds: LONGEST_DRILL,
      }),
    );
  const rto = options.rto === undefined ? undefined : durationOf(options.rto);
  return {
    kind: "drill",
    to: standby,
    percent,
    seconds,
    ...(options.route !== undefined && { route: options.route }),
    ...(rto !== undefined && { rto }),
  };
}

function durationOf(text: string): number {
  const value = secondsOfText(text);
  if (value === undefined || value <= 0)
    throw new UsageError(t("“{text}” is no duration. Write it like 30s or 5m.", { text }));
  return value;
}

function recordOf(dnsName: string | undefined): Extract<Change, { kind: "dns" }>["record"] {
  return dnsName === undefined ? {} : { dnsName };
}

function verbOf({ full, undo, retry }: ShiftOptions): "promote" | "promoteFull" | "undo" | "retry" {
  if (undo) return "undo";
  if (retry) return "retry";
  return full ? "promoteFull" : "promote";
}

/** `CONTEXT/NAMESPACE/NAME`; the context stands first and may hold slashes itself. */
function tokenOf(text: string | undefined): { context: string; namespace: string; name: string } | null {
  if (text === undefined) return null;
  const [, context, namespace, name] = /^(.+)\/([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (context === undefined || namespace === undefined || name === undefined)
    throw new UsageError(t("--token-from takes CONTEXT/NAMESPACE/NAME of the demoted primary."));
  return { context, namespace, name };
}

/** The name that the new primary goes by in `externalClusters`. */
function newPrimaryOf(names: readonly (string | undefined)[]): string {
  const [name, ...more] = names.filter((one) => one !== undefined);
  if (name !== undefined && more.length === 0) return name;
  throw new UsageError(t("A database is demoted in favour of one new primary. Name one."));
}

function subsetsOf(texts: readonly string[] = []): Extract<Change, { kind: "subsets" }>["subsets"] {
  if (texts.length === 0)
    throw new UsageError(
      t(
        "Which subsets is the DestinationRule to get? Name each with --subset, such as --subset blue=version=v2.",
      ),
    );
  return texts.map((text) => {
    const [, name, pairs = ""] = /^([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)=(.+)$/.exec(text) ?? [];
    const labels = pairs.split(",").map((pair) => /^([^=]+)=([^=]*)$/.exec(pair));
    if (name === undefined || labels.some((found) => found === null))
      throw new UsageError(
        t("“--subset {text}” defines no subset. Write NAME=LABEL=VALUE, such as blue=version=v2.", { text }),
      );
    return { name, labels: Object.fromEntries(labels.map((found) => [found?.[1] ?? "", found?.[2] ?? ""])) };
  });
}

function variantsOf({ header, variant = [] }: ShiftOptions): Extract<Change, { kind: "ab" }>["routes"] {
  if (header === undefined)
    throw new UsageError(t("By which header are the variants told apart? Name it with --header."));
  return variant.map((text) => {
    const [, value, to] = /^([^=]+)=([^/=]+(?:\/[^/=]+)?)$/.exec(text) ?? [];
    if (value === undefined || to === undefined)
      throw new UsageError(
        t("“--variant {text}” names no variant. Write VALUE=HOST/SUBSET, such as A=app/version-a.", { text }),
      );
    return headerRouteOf(header, { value, to });
  });
}

/** `v2` means all of it, `v2=50` or (in a target) `v2:50` half. */
function weightOf(text: string): { leg: string; weight: number } {
  const [, leg, weight] = /^(.+?)(?:[=:](\d+))?$/.exec(text) ?? [];
  return { leg: leg ?? text, weight: weight === undefined ? 100 : Number(weight) };
}

function stepsOf(text: string | undefined): readonly number[] {
  if (text === undefined) return CANARY_STEPS;
  const steps = text.split(",").map(Number);
  if (!steps.every((step) => Number.isInteger(step) && step > 0 && step <= 100))
    throw new UsageError(
      t("--step takes weights from 1 to 100 with commas between them, such as 5,25,50,100."),
    );
  return steps;
}

/**
 * What a shift is held to: by `.nines.yaml`, before it by a plan's `release.gates`, before all by the options.
 * @throws UsageError
 */
export function holdingTo(options: ShiftOptions, cwd: string): ReturnType<typeof heldTo> {
  const { plan } = options;
  return heldTo([
    writtenLayer(gates(shiftSettings(cwd).gates)),
    ...(plan === undefined ? [] : [planLayer(plan, gates(planGates(resolve(cwd, plan), plan)))]),
    {
      thresholds: givenThresholds(options),
      source: (key) =>
        t("option {name}", { name: `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` }),
    },
  ]);
}

function givenThresholds(options: ShiftOptions): Partial<Thresholds> {
  const seconds = (key: "interval" | "scrapeInterval"): number | undefined => {
    const text = options[key];
    if (text === undefined) return undefined;
    return durationOf(text);
  };
  const { successRate, p99, minRequests, soak } = options;
  const given = gates({ successRate, p99, minRequests, soak });
  const capacity = options.podCapacity === undefined ? undefined : Number(options.podCapacity);
  if (capacity !== undefined && !(capacity > 0))
    throw new UsageError(t("--pod-capacity takes the requests per second that one Pod can carry."));
  const interval = seconds("interval");
  const scrapeInterval = seconds("scrapeInterval");
  return {
    ...given,
    ...(interval !== undefined && { interval }),
    ...(scrapeInterval !== undefined && { scrapeInterval, window: 4 * scrapeInterval }),
    ...(capacity !== undefined && { podCapacity: capacity }),
  };
}

function gates(written: Record<string, unknown>): Partial<Thresholds> {
  const { thresholds, problems } = readGates(written);
  if (problems.length === 0) return thresholds;
  throw new UsageError(
    t(
      'These gates are not understood: {names}. Write them like successRate ">=99%", p99 "<=500ms", minRequests 300, soak 5m.',
      {
        names: problems.map((name) => `${name} ${String(written[name])}`).join(", "),
      },
    ),
  );
}

/** `spec.release.gates` of a DisasterRecoveryPlan. */
function planGates(path: string, shown: string): Record<string, unknown> {
  const plan = resourcesOf(path, shown, new Set(["DisasterRecoveryPlan"])).find(
    ({ kind }) => kind === "DisasterRecoveryPlan",
  );
  if (plan === undefined) throw new UsageError(t("{file} holds no DisasterRecoveryPlan.", { file: shown }));
  return valuesOf(nodeAt(plan.root, "spec.release.gates"));
}
