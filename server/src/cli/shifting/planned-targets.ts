import { resolve } from "node:path";
import { readManifest } from "../../files/read.ts";
import { t } from "../../model/message.ts";
import { PLAN_TYPE, planOf } from "../../recovery/plan.ts";
import { type Move, type PlannedFailover, plannedFailovers } from "../../recovery/planned-failovers.ts";
import { KINDS } from "../../traffic/shift/kinds.ts";
import { Workspace } from "../../workspace/workspace.ts";
import { UsageError } from "../errors.ts";
import { displayPath, uriOfPath } from "../files/uris.ts";
import { type ManifestText, manifestsWith } from "./plan-files.ts";
import type { Target } from "./target.ts";

/** What `--failover` stands for. */
export interface PlannedTargets {
  readonly targets: readonly Target[];
  /** Steps of the plan that people do, in order. */
  readonly byHand: readonly string[];
}

const TYPES = {
  VirtualService: KINDS.virtualService,
  DNSEndpoint: KINDS.dnsEndpoint,
  Cluster: KINDS.database,
} as const satisfies Readonly<Record<Move["kind"], unknown>>;

/** What the plan's references may lead to. */
const MENTIONS = /DisasterRecoveryPlan|externaldns\.k8s\.io|postgresql\.cnpg\.io/;

/**
 * The targets of a recovery plan's failover, in an order in which they can be moved: of the plan that is named, else of
 * those below the working directory.
 * @throws UsageError where there is no such failover, several are, or the plan leaves something open
 */
export function plannedTargets(name: string, planFile: string | undefined, cwd: string): PlannedTargets {
  const { steps } = failoverOf(name, planFile, cwd);
  return {
    targets: steps.flatMap(({ name: step, move }) => (move === undefined ? [] : [targetOf(step, move)])),
    byHand: steps.flatMap(({ name: step, move }) => (move === undefined ? [step] : [])),
  };
}

function failoverOf(name: string, planFile: string | undefined, cwd: string): PlannedFailover {
  const named = planFile === undefined ? undefined : readPlan(resolve(cwd, planFile), planFile);
  const manifests = [...manifestsWith(cwd, MENTIONS), ...(named === undefined ? [] : [named])];
  const workspace = new Workspace([]);
  for (const { path, text } of manifests) workspace.set(uriOfPath(path), text);
  workspace.markComplete();
  const snapshot = workspace.snapshot();
  const all = (named === undefined ? manifests : [named]).flatMap(({ path }) =>
    snapshot
      .find("type", PLAN_TYPE)
      .filter(({ document }) => document.uri === uriOfPath(path))
      .flatMap((resource) => planOf(resource) ?? [])
      .flatMap((plan) => plannedFailovers(plan, snapshot))
      .map((failover) => ({ failover, file: displayPath(cwd, path) })),
  );
  const found = all.filter(({ failover }) => failover.name === name);
  const [only] = found;
  if (only === undefined)
    throw new UsageError(
      t("No recovery plan here has a failover “{name}” that moves something. There are: {names}.", {
        name,
        names: all.map(({ failover }) => failover.name).join(", ") || "-",
      }),
    );
  if (found.length > 1)
    throw new UsageError(
      t("Several plans have a failover “{name}”: {files}. Say which with --plan.", {
        name,
        files: found.map(({ file }) => file).join(", "),
      }),
    );
  return only.failover;
}

function readPlan(path: string, shown: string): ManifestText {
  const outcome = readManifest(path, true);
  if (outcome !== undefined && "text" in outcome) return { path, text: outcome.text };
  throw new UsageError(
    t("{file} could not be read.", { file: shown }),
    ...(outcome === undefined ? [] : [outcome.problem]),
  );
}

function targetOf(step: string, { kind, name, namespace, context, to, record }: Move): Target {
  if (name === undefined || (kind === "VirtualService" && to === undefined))
    throw new UsageError(
      t(
        "Step {step} of the plan does not say which {kind} is moved, or where to: name the targets one by one instead.",
        { step, kind },
      ),
    );
  return {
    type: TYPES[kind],
    name,
    namespace,
    to: to === undefined ? [] : [to],
    context,
    ...(record !== undefined && { record }),
  };
}
