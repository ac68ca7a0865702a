import { type Message, t } from "../model/message.ts";
import { entriesOf, type Field, itemsOf, type Node } from "../model/node.ts";
import { durationOf, formatDuration } from "./durations.ts";
import type { FailoverTime } from "./failover-time.ts";
import { known } from "./fields.ts";
import type { Plan } from "./plan.ts";

/** Something that keeps a plan from being computed as it is meant. */
export interface Problem {
  readonly kind: /** Steps that wait for each other. */
    | "cycle"
    /** A name that nothing in the plan has. */
    | "unknown-name"
    | "duplicate-name"
    | "negative-duration"
    | "zero-duration";
  readonly node: Node;
  readonly message: Message;
}

/** What is wrong with the steps of failovers, the names and the durations of a plan, in the order of the text. */
export function problemsOf(plan: Plan, failovers: readonly FailoverTime[]): readonly Problem[] {
  return [...failovers.flatMap(stepProblems), ...nameProblems(plan), ...durationProblems(plan)].sort(
    (a, b) => a.node.range.start - b.node.range.start,
  );
}

function stepProblems({ model, graph }: FailoverTime): readonly Problem[] {
  const { steps } = model;
  const circle = graph.cyclic.flatMap((index) => steps[index] ?? []);
  const names = circle.map(({ name }) => `“${name}”`).join(", ");
  const [first] = circle;
  const cycle: readonly Problem[] =
    first === undefined
      ? []
      : [
          {
            kind: "cycle",
            node: nameNode(first.step.name, first.step.node),
            message: t(
              "The steps {names} of the failover “{failover}” wait for each other, so none of them ever starts and the recovery never ends. Take one of the names out of an `after`.",
              { names, failover: model.name },
            ),
          },
        ];
  return [
    ...cycle,
    ...graph.missing.flatMap(({ index, name }) => {
      const node = steps[index]?.after.find(({ value }) => value === name)?.node;
      return node === undefined ? [] : [unknownName(node, name, NO_STEP)];
    }),
    ...graph.duplicates.flatMap((index): Problem[] => {
      const step = steps[index];
      if (step === undefined) return [];
      return [
        {
          kind: "duplicate-name",
          node: nameNode(step.step.name, step.step.node),
          message: t(
            "Two steps of the failover “{failover}” are called “{name}”; those that wait for it wait for the first one only. Give each step a name of its own.",
            { failover: model.name, name: step.name },
          ),
        },
      ];
    }),
  ];
}

function nameNode(name: Field<string>, fallback: Node): Node {
  return name.state === "absent" ? fallback : name.node;
}

/** Each says that nothing has the name. */
const NO_STEP = t(
  "No step of this failover is called “{name}”, so nobody knows when this step starts. Correct the name, or take it out of `after`.",
);
const NO_STRATEGY = t(
  "No strategy of the plan is called “{name}”, so nobody knows how long this step takes. Correct the name, or add the strategy.",
);
const NO_BACKUP = t(
  "No backup of the plan is called “{name}”, so nobody knows how long this step takes. Correct the name, or add the backup.",
);
const NO_DATABASE = t("No database of the plan is called “{name}”. Correct the name, or add the database.");
const NO_SITE = t(
  "No site of the plan is called “{name}”, so nobody knows what survives the loss of a site. Correct the name, or add the site.",
);

function unknownName(node: Node, name: string, { text }: Message): Problem {
  return { kind: "unknown-name", node, message: { text, values: { name } } };
}

/** The names that parts of a plan give and use. */
function nameProblems(plan: Plan): readonly Problem[] {
  const named = (items: readonly { readonly name: Field<string> }[]) => items.map(({ name }) => known(name));
  const missing = (
    value: Field<string>,
    list: { readonly complete: boolean },
    names: readonly (string | undefined)[],
    message: Message,
  ) =>
    value.state === "known" && list.complete && !names.includes(value.value) && !names.includes(undefined)
      ? [unknownName(value.node, value.value, message)]
      : [];
  const steps = plan.failovers.items.flatMap((failover) => failover.steps.items);
  const [strategies, backups] = [named(plan.strategies.items), named(plan.backups.items)];
  const [databases, sites] = [named(plan.databases.items), named(plan.sites.items)];
  const instances = plan.databases.items.flatMap(({ primary, replicas }) => [primary, ...replicas.items]);
  const ofSites = [
    ...plan.replication.items.flatMap(({ from, to, arbiterSite }) => [from, to, arbiterSite]),
    ...plan.kubernetes.items.map(({ site }) => site),
    ...instances.flatMap((instance) => instance?.site ?? []),
    ...(plan.sites.items.length > 0 ? plan.backups.items.map(({ repositorySite }) => repositorySite) : []),
  ];
  return [
    ...steps.flatMap(({ strategy }) => missing(strategy, plan.strategies, strategies, NO_STRATEGY)),
    ...steps.flatMap(({ restore }) => missing(restore, plan.backups, backups, NO_BACKUP)),
    ...plan.strategies.items.flatMap(({ database }) =>
      missing(database, plan.databases, databases, NO_DATABASE),
    ),
    ...plan.backups.items.flatMap(({ database }) =>
      missing(database, plan.databases, databases, NO_DATABASE),
    ),
    ...ofSites.flatMap((site) => missing(site, plan.sites, sites, NO_SITE)),
  ];
}

/** Durations that are negative, and steps that take no time. */
function durationProblems(plan: Plan): readonly Problem[] {
  return [
    ...negativesIn(plan.spec),
    ...plan.failovers.items.flatMap(({ steps }) =>
      steps.items.flatMap(({ duration, measured }): Problem[] =>
        [duration, measured].flatMap((value) =>
          value.state === "known" && value.value === 0
            ? [
                {
                  kind: "zero-duration",
                  node: value.node,
                  message: t(
                    "The step takes no time at all according to the plan, which no step does. State how long it takes.",
                  ),
                },
              ]
            : [],
        ),
      ),
    ),
  ];
}

function negativesIn(node: Node | undefined): readonly Problem[] {
  if (node === undefined) return [];
  if (node.kind !== "scalar")
    return [...itemsOf(node), ...entriesOf(node).map(({ value }) => value)].flatMap(negativesIn);
  const seconds = node.unknown ? undefined : durationOf(node);
  if (seconds === undefined || seconds >= 0) return [];
  return [
    {
      kind: "negative-duration",
      node,
      message: t("{duration} is less than nothing, so it is not counted. State how long it takes.", {
        duration: formatDuration(seconds),
      }),
    },
  ];
}
