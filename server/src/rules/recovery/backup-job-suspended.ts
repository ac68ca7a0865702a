import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf } from "../../model/node.ts";
import { CNPG_SCHEDULE } from "../../recovery/cnpg.ts";
import { defineRule } from "../rule.ts";
import { backupJobOf } from "./backup-job.ts";

export default defineRule({
  id: "backup-job-suspended",
  title: "Backups are suspended",
  severity: "warning",
  appliesTo: ["batch/*/CronJob", CNPG_SCHEDULE.replace("/", "/*/")],
  docs: {
    why: "A suspended job makes no backup, and nothing reports it: no run fails, and the last backup grows older until it is removed. It is the usual rest of a migration or an incident.",
    how: "Remove `suspend`, or suspend by hand so that the next apply ends it.",
    sources: [
      "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension",
      "https://cloudnative-pg.io/documentation/current/backup/",
    ],
  },
  check(resource, context) {
    if (booleanOf(resource.get("spec.suspend")) !== true) return;
    const program = resource.type === CNPG_SCHEDULE ? resource.kind : backupJobOf(resource)?.program;
    if (program === undefined || context.snapshot.layout.isPatched(resource, "spec.suspend")) return;
    context.report(
      resource.at("spec.suspend"),
      t(
        "{name} ({program}) is suspended: no backup is made, no run fails, and the last backup grows older. Remove “suspend”.",
        { name: resource.name ?? "", program },
      ),
      undefined,
    );
  },
  fixes: [
    {
      id: "resume-backups",
      title: () => t("Take backups again"),
      preferred: false,
      edits: (_, resource) => setPath(resource, "spec.suspend", false),
    },
  ],
});
