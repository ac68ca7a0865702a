import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf } from "../../model/node.ts";
import { VELERO_SCHEDULE } from "../../recovery/velero.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "velero-paused",
  title: "Velero schedule is paused",
  severity: "warning",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  docs: {
    why: "A paused schedule makes no backup, and the ones it has made expire one after the other (after 30 days by default): what was paused for a migration is found when a restore has nothing to restore.",
    how: "Remove `paused`, or pause it by hand (`velero schedule pause`) so that the next apply ends the pause.",
    sources: ["https://velero.io/docs/main/api-types/schedule/"],
  },
  check(schedule, context) {
    if (booleanOf(schedule.get("spec.paused")) !== true) return;
    if (context.snapshot.layout.isPatched(schedule, "spec.paused")) return;
    context.report(
      schedule.at("spec.paused"),
      t(
        "Schedule {name} is paused: no backup is made, and the last ones expire one after the other. Remove “paused”, or delete the schedule if it is no longer wanted.",
        { name: schedule.name ?? "" },
      ),
      undefined,
    );
  },
  fixes: [
    {
      id: "resume",
      title: () => t("Resume the schedule"),
      preferred: false,
      edits: (_, schedule) => setPath(schedule, "spec.paused", false),
    },
  ],
});
