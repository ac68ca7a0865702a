import { relative, resolve } from "node:path";
import { readManifest } from "../../files/read.ts";
import { walkManifests } from "../../files/walk.ts";
import { type Message, t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import { type Disruption, type Plan, planOf } from "../../recovery/plan.ts";
import { formatSeconds } from "../../traffic/duration.ts";
import { UsageError } from "../errors.ts";
import { resourcesOf } from "./target.ts";

/** What a plan promises for the failover that a drill plays. */
export interface Promised {
  /** Seconds; undefined where no plan says it. */
  readonly rto: number | undefined;
  /** Where it stands, or why there is nothing to compare with. */
  readonly message: Message;
}

interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

interface PlanPromise {
  readonly file: string;
  readonly plan: string;
  readonly disruption: Disruption;
  readonly rto: number;
}

const KINDS = new Set(["DisasterRecoveryPlan"]);
/** More manifests than this are not looked through for a plan: somebody runs the drill from the root of a disk. */
const MOST_FILES = 5000;

/**
 * The time that a plan promises for moving a VirtualService: of the file that is named, else of the plans below the
 * working directory.
 * @throws UsageError where the named file cannot be read, or several plans promise something
 */
export function promisedTime(target: ObjectName, planFile: string | undefined, cwd: string): Promised {
  const name = `${target.namespace}/${target.name}`;
  const files = planFile === undefined ? planFiles(cwd) : [resolve(cwd, planFile)];
  const found = files.flatMap((path) => promisesIn(path, planFile ?? relative(cwd, path), target));
  const plans = new Set(found.map(({ file, plan }) => `${file} (${plan})`));
  if (plans.size > 1)
    throw new UsageError(
      t(
        "Several plans promise a time for VirtualService {name}: {plans}. Say which with --plan, or the time with --rto.",
        {
          name,
          plans: [...plans].join(", "),
        },
      ),
    );
  const strictest = found.toSorted((a, b) => a.rto - b.rto)[0];
  if (strictest === undefined)
    return {
      rto: undefined,
      message:
        planFile === undefined
          ? t(
              "No plan below this folder promises a time for moving VirtualService {name}, so the drill only measures. Name a plan with --plan, or the time with --rto.",
              { name },
            )
          : t(
              "{file} promises no time for moving VirtualService {name}: no failover that serves an objective with an rto has a step whose strategy names it. The drill only measures.",
              { file: planFile, name },
            ),
    };
  const { file, plan, disruption, rto } = strictest;
  return {
    rto,
    message: t("Compared with the {rto} that plan {plan} in {file} promises for {disruption}.", {
      rto: formatSeconds(rto),
      plan,
      file,
      disruption,
    }),
  };
}

function promisesIn(path: string, file: string, target: ObjectName): readonly PlanPromise[] {
  return resourcesOf(path, file, KINDS).flatMap((resource) => {
    const plan = planOf(resource);
    if (plan === undefined) return [];
    const served = disruptionsMoved(plan, target);
    return plan.objectives.items.flatMap((objective) => {
      const disruption = known(objective.disruption);
      const rto = known(objective.rto);
      const isServed = disruption !== undefined && served.has(disruption);
      return isServed && rto !== undefined && rto > 0
        ? [{ file, plan: resource.name ?? "-", disruption, rto }]
        : [];
    });
  });
}

/** The disruptions after which the plan moves the traffic of this VirtualService. */
function disruptionsMoved(plan: Plan, { namespace, name }: ObjectName): ReadonlySet<Disruption> {
  const strategies = new Set(
    plan.strategies.items.flatMap((strategy) => {
      const written = known(strategy.virtualService);
      // Without a namespace it is that of the plan, or of whoever runs the drill.
      const own = plan.resource.namespace ?? namespace;
      const full = written === undefined || written.includes("/") ? written : `${own}/${written}`;
      const called = known(strategy.name);
      return full === `${namespace}/${name}` && called !== undefined ? [called] : [];
    }),
  );
  return new Set(
    plan.failovers.items
      .filter(({ steps }) => steps.items.some((step) => strategies.has(known(step.strategy) ?? "")))
      .flatMap(({ serves }) => serves.items.map(({ value }) => value)),
  );
}

/** The files below a folder that hold a plan. */
function planFiles(folder: string): readonly string[] {
  const found: string[] = [];
  let seen = 0;
  const nothing = () => false;
  for (const paths of walkManifests(folder, nothing, () => {})) {
    for (const path of paths) {
      if (++seen > MOST_FILES) return found;
      const outcome = readManifest(path, false);
      if (outcome !== undefined && "text" in outcome && outcome.text.includes("DisasterRecoveryPlan"))
        found.push(path);
    }
  }
  return found;
}
