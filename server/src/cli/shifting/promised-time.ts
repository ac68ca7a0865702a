import { relative, resolve } from "node:path";
import { type Message, t } from "../../model/message.ts";
import { planOf } from "../../recovery/plan.ts";
import { promisesOf, type Promised as RoutePromise } from "../../recovery/promises.ts";
import { formatSeconds } from "../../traffic/duration.ts";
import { UsageError } from "../errors.ts";
import { manifestsWith } from "./plan-files.ts";
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

interface PlanPromise extends RoutePromise {
  readonly file: string;
  readonly plan: string;
}

const KINDS = new Set(["DisasterRecoveryPlan"]);

/**
 * The time that a plan promises for moving a VirtualService: of the file that is named, else of the plans below the
 * working directory.
 * @throws UsageError where the named file cannot be read, or several plans promise something
 */
export function promisedTime(target: ObjectName, planFile: string | undefined, cwd: string): Promised {
  const name = `${target.namespace}/${target.name}`;
  const files =
    planFile === undefined
      ? manifestsWith(cwd, /DisasterRecoveryPlan/).map(({ path }) => path)
      : [resolve(cwd, planFile)];
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
    return promisesOf(plan, target).map((promised) => ({ ...promised, file, plan: resource.name ?? "-" }));
  });
}
