import { t } from "../model/message.ts";
import { ASSUMED } from "./assumed.ts";
import { dnsTerm } from "./dns.ts";
import { between, exactly, isWorse, UNKNOWN } from "./estimate.ts";
import { known } from "./fields.ts";
import type { Backup, Database } from "./plan-data.ts";
import type { FailoverStep, Strategy } from "./plan-failover.ts";
import { fieldTerm, leaf, named, replaceName, sum, type Term, unknown } from "./term.ts";
import type { World } from "./world.ts";

/** How long a step of a failover takes: what a drill has shown, else its strategy, its restore, what is stated. */
export function stepTerm(world: World, step: FailoverStep): Term {
  const { resource } = world.plan;
  const name = named(known(step.name) ?? "?");
  if (step.measured.state === "known" && step.measured.value >= 0)
    return leaf("step", name, exactly(step.measured.value), {
      kind: "measured",
      at: resource.locate(step.measured.node),
    });
  const stated = fieldTerm(
    "step",
    name,
    step.duration,
    { resource, node: step.node },
    unknown(t("The step has neither a known strategy, nor a known backup to restore, nor a duration.")),
  );
  const computed = strategyOfStep(world, step) ?? restoreOfStep(world, step);
  if (computed === undefined) return stated;
  // Whoever states a duration beside a strategy means what else there is to do, or knows what the strategy leaves open.
  const isStated =
    step.duration.state !== "absent" &&
    (computed.estimate.open || isWorse(stated.estimate, computed.estimate));
  return isStated ? stated : replaceName(computed, name);
}

function strategyOfStep(world: World, step: FailoverStep): Term | undefined {
  const name = known(step.strategy);
  const strategy = world.plan.strategies.items.find(
    (each) => name !== undefined && known(each.name) === name,
  );
  if (strategy === undefined) return undefined;
  switch (known(strategy.type)) {
    case "DNS":
      return dnsTerm(world, strategy);
    case "ServiceMesh":
      return meshTerm(world, strategy);
    case "DatabasePromotion":
      return promotionOfStrategy(world, strategy);
    default:
      return undefined;
  }
}

/** New routes of a mesh: nothing but the time until every proxy has them. */
function meshTerm({ plan: { resource } }: World, strategy: Strategy): Term {
  return sum("step", t("mesh"), [
    fieldTerm(
      "propagation",
      t("propagation"),
      strategy.propagation,
      { resource, node: strategy.node },
      {
        kind: "assumed",
        estimate: between(0, ASSUMED.meshPropagation),
        reason: t(
          "The proxies of the mesh are taken to have new routes within 10 s; state `propagation` of the strategy if you have measured it.",
        ),
      },
      (seconds) => between(0, seconds),
    ),
  ]);
}

function promotionOfStrategy(world: World, strategy: Strategy): Term | undefined {
  const name = known(strategy.database);
  const database = world.plan.databases.items.find((each) => name !== undefined && known(each.name) === name);
  return database === undefined ? undefined : promotionTerm(world, database);
}

/** Promotion of a database as the plan states or a drill has shown it. */
export function promotionTerm({ plan: { resource } }: World, { node, promote }: Database): Term {
  const measured = promote?.measuredDuration;
  if (measured?.state === "known" && measured.value >= 0)
    return leaf("promotion", t("promotion"), exactly(measured.value), {
      kind: "measured",
      at: resource.locate(measured.node),
    });
  return fieldTerm(
    "promotion",
    t("promotion"),
    promote?.estimatedDuration ?? { state: "absent" },
    { resource, node: promote?.node ?? node },
    unknown(
      t(
        "The plan does not say how long the promotion of the database takes. State `promote.estimatedDuration`.",
      ),
    ),
  );
}

function restoreOfStep(world: World, step: FailoverStep): Term | undefined {
  const name = known(step.restore);
  const backup = world.plan.backups.items.find((each) => name !== undefined && known(each.name) === name);
  return backup === undefined ? undefined : restoreTerm(world, backup);
}

const MEBIBYTES = 1024;

/** Size ÷ throughput, and the increments or logs that are applied afterwards. */
function restoreTerm({ plan: { resource } }: World, backup: Backup): Term {
  const size = known(backup.sizeGiB);
  const speed = known(backup.restoreMiBps);
  const isKnown = size !== undefined && speed !== undefined && size >= 0 && speed > 0;
  const transfer = isKnown
    ? leaf("restore", t("restore"), exactly((size * MEBIBYTES) / speed), {
        kind: "declared",
        at: resource.locate(backup.sizeGiB.state === "known" ? backup.sizeGiB.node : backup.node),
      })
    : leaf("restore", t("restore"), UNKNOWN, {
        kind: "unknown",
        reason: t(
          "How long the restore takes follows from `sizeGiB` and `restoreMiBps` of the backup, which are not both known.",
        ),
        at: resource.locate(backup.node),
      });
  const replay = fieldTerm(
    "restore",
    t("increments and logs"),
    backup.replayDuration,
    { resource, node: backup.node },
    {
      kind: "assumed",
      estimate: exactly(0),
      reason: t(
        "The size of the backup is taken to include the increments and logs that are restored; state `replayDuration` if applying them takes longer.",
      ),
    },
  );
  return sum("restore", t("restore"), [transfer, replay]);
}
