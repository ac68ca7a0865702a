import { type Message, t } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import { titleOf } from "../model/resource.ts";
import { circlesOf } from "./circles.ts";
import { documentSchemas } from "./document-schemas.ts";
import { formatDuration } from "./durations.ts";
import { known } from "./fields.ts";
import { misfitMessage } from "./misfit-message.ts";
import { brokenNames, type NameUse, repeatedNames } from "./names.ts";
import type { Disruption, Plan } from "./plan.ts";
import type { FailoverStep } from "./plan-failover.ts";
import { misfitsIn } from "./schema-check.ts";

/** Something that keeps a plan from being computed as it is meant. */
export interface Problem {
  readonly kind: /** Steps that wait for each other. */
    | "cycle"
    /** A name that nothing in the plan has. */
    | "unknown-name"
    | "duplicate-name"
    /** A field, a word or a duration that cannot be read. */
    | "invalid"
    /** Two promises that differ. */
    | "contradiction";
  readonly range: Range;
  readonly message: Message;
}

/** What is wrong with the steps, the names and the values of a plan, in the order of the text. */
export function problemsOf(plan: Plan): readonly Problem[] {
  const { DisasterRecoveryPlan: schema = {} } = documentSchemas;
  const problems: readonly Problem[] = [
    ...circleProblems(plan),
    ...targetProblems(plan),
    ...brokenNames(plan).map(
      (use): Problem => ({
        kind: "unknown-name",
        range: titleOf(use.node),
        message: brokenNameMessage(use),
      }),
    ),
    ...repeatedNames(plan).map(
      (use): Problem => ({
        kind: "duplicate-name",
        range: titleOf(use.node),
        message: repeatedNameMessage(use),
      }),
    ),
    ...misfitsIn(plan.resource.root, schema).map(
      (misfit): Problem => ({ kind: "invalid", range: misfit.range, message: misfitMessage(misfit) }),
    ),
  ];
  return [...problems].sort((a, b) => a.range.start - b.range.start);
}

/** Longer circles are cut in the message. */
const SHOWN = 8;

/** Steps of failovers that wait for each other, one problem for each circle. */
export function circleProblems({ failovers }: Plan): readonly Problem[] {
  return failovers.items.flatMap(({ steps }) =>
    circlesOf(steps.items.map(waitOf)).flatMap((circle): Problem[] => {
      const [first] = circle;
      const step = first === undefined ? undefined : steps.items[first];
      if (step === undefined) return [];
      const names = circle.map((index) => nameOf(steps.items[index]));
      const shown = names.length > SHOWN ? [...names.slice(0, SHOWN), "…"] : names;
      const message =
        names.length === 1
          ? t("Step {step} waits for itself and never starts. Remove it from its own `after`.", {
              step: names[0] ?? "",
            })
          : t("These {count} steps wait for each other and never start: {circle}. Remove one of the waits.", {
              count: names.length,
              circle: [...shown, names[0]].join(" → "),
            });
      return [{ kind: "cycle", range: titleOf(step.node), message }];
    }),
  );
}

/** Promises for one disruption that differ: the engine can judge each of them, but nobody knows which one counts. */
export function targetProblems({ objectives }: Plan): readonly Problem[] {
  return (["rpo", "rto"] as const).flatMap((target) => {
    const first = new Map<Disruption, number>();
    return objectives.items.flatMap((objective): Problem[] => {
      const disruption = known(objective.disruption);
      const promised = objective[target];
      if (disruption === undefined || promised.state !== "known") return [];
      const before = first.get(disruption) ?? promised.value;
      first.set(disruption, before);
      if (before === promised.value) return [];
      const message = t(
        "The plan promises two values of {target} for {disruption}, {first} and {second}: nobody can tell which one counts, and what keeps the looser one may break the other. Keep one.",
        {
          target: target.toUpperCase(),
          disruption,
          first: formatDuration(before),
          second: formatDuration(promised.value),
        },
      );
      return [{ kind: "contradiction", range: promised.node.range, message }];
    });
  });
}

function waitOf(step: FailoverStep): {
  readonly name: string | undefined;
  readonly after: readonly string[];
} {
  return { name: known(step.name), after: step.after.items.map(({ value }) => value) };
}

function nameOf(step: FailoverStep | undefined): string {
  return (step && known(step.name)) ?? "?";
}

/** A name that nothing in the plan has; `near` is what was probably meant. */
export function brokenNameMessage({ what, name }: NameUse, near?: string): Message {
  return near === undefined
    ? t("There is no {what} “{name}” in this plan, so this has no effect. Add it, or correct the name.", {
        what,
        name,
      })
    : t("There is no {what} “{name}” in this plan, so this has no effect. Did you mean “{near}”?", {
        what,
        name,
        near,
      });
}

/** A name that an earlier entry of its kind has already. */
export function repeatedNameMessage({ what, name }: Omit<NameUse, "candidates">): Message {
  return t(
    "Another {what} is called “{name}” as well: whatever refers to that name means the first one only. Give each its own name.",
    { what, name },
  );
}
