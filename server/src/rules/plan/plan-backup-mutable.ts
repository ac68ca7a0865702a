import { t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import { definePlanRule, placeOfField } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-backup-mutable",
  title: "Backup that can be overwritten or deleted",
  severity: "info",
  docs: {
    why: "Ransomware and a mistaken script reach whatever the production systems may write to, and backups are what attackers delete first. Only a copy that nobody can change before its time (object lock, a hardened repository, offline media) is there afterwards.",
    how: "Store at least one copy where it cannot be changed, and say so: `immutable: true`.",
    sources: [
      "https://www.cisa.gov/stopransomware/ransomware-guide",
      "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    ],
  },
  check(plan, context) {
    for (const backup of plan.backups.items) {
      const { immutable, name, node } = backup;
      if (immutable.state === "unknown" || known(immutable) === true) continue;
      context.report(
        placeOfField(plan, immutable, node),
        immutable.state === "absent"
          ? t(
              "Nothing says that backup {name} cannot be changed: whoever reaches production with its rights can delete it too. Keep a copy under object lock or in a hardened repository, and state immutable: true.",
              { name: known(name) ?? "" },
            )
          : t(
              "Backup {name} can be changed: whoever reaches production with its rights can delete it too. Keep a copy under object lock or in a hardened repository.",
              { name: known(name) ?? "" },
            ),
      );
    }
  },
});
