import { setIn } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import type { Plan } from "../../recovery/plan.ts";
import type { Database } from "../../recovery/plan-data.ts";
import { definePlanRule, placeOf, placeOfField } from "./plan-rule.ts";

export default definePlanRule<Database>({
  id: "plan-fencing-missing",
  title: "Promotion of a database without fencing the old primary",
  severity: "error",
  docs: {
    why: "A primary that cannot be reached may still run, and some clients may still reach it. When a replica is promoted without stopping the old primary for certain, both accept writes: a split brain, whose two histories nobody can merge afterwards.",
    how: "Fence first: power the machine off, take its storage or its network away, or let a lease expire that it needs; then promote. Say so with `promote.fencing: Required`.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/fencing/",
      "https://www.postgresql.org/docs/current/warm-standby-failover.html",
    ],
  },
  check(plan, context) {
    for (const database of plan.databases.items) {
      const { promote, name, node } = database;
      if (promote === undefined && !isPromoted(plan, database)) continue;
      const fencing = promote?.fencing;
      if (fencing !== undefined && fencing.state !== "absent" && !isNone(known(fencing))) continue;
      context.report(
        promote === undefined || fencing === undefined
          ? placeOf(plan, node)
          : placeOfField(plan, fencing, promote.node),
        t(
          "Database {name} is promoted without fencing its old primary: when that still runs behind a cut line, both accept writes, and nobody can merge the two histories. Fence it first, and state promote.fencing: Required.",
          { name: known(name) ?? "" },
        ),
        database,
      );
    }
  },
  fixes: [
    {
      id: "require-fencing",
      title: () => t("State that fencing is required"),
      // It is a promise about a procedure, which somebody has to keep.
      preferred: false,
      edits: ({ node }, { resource }) => setIn(resource.document, node, ["promote", "fencing"], "Required"),
    },
  ],
});

function isNone(fencing: string | undefined): boolean {
  return fencing !== undefined && /^(?:none|false|off|no|disabled)$/i.test(fencing);
}

/** Whether some strategy promotes one of its replicas. */
function isPromoted(plan: Plan, { name }: Database): boolean {
  return plan.strategies.items.some(
    ({ type, database }) =>
      known(type) === "DatabasePromotion" && known(database) !== undefined && known(database) === known(name),
  );
}
