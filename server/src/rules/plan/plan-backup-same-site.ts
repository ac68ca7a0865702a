import { t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import type { Plan } from "../../recovery/plan.ts";
import type { Backup } from "../../recovery/plan-data.ts";
import { dataSites, definePlanRule, hasUnknownSite, placeOfField } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-backup-same-site",
  title: "Backup that lies where the data lies",
  severity: "error",
  docs: {
    why: "A fire, a flood or a failed storage array takes the data and its backup together when both are at one site. Such a backup helps against deletion and corruption only.",
    how: "Copy it to another site (`repositorySite`), best in another city. The site of a backup's data is the site of the database or cluster it is of, or the only primary site.",
    sources: [
      "https://www.cisa.gov/sites/default/files/publications/data_backup_options.pdf",
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_backing_up_data_secured_backups_data.html",
    ],
  },
  check(plan, context) {
    if (plan.sites.items.length < 2) return;
    for (const backup of plan.backups.items) {
      const site = known(backup.repositorySite);
      const source = site === undefined ? undefined : sourceSite(plan, backup);
      if (site === undefined || source !== site) continue;
      context.report(
        placeOfField(plan, backup.repositorySite, backup.node),
        t(
          "Backup {name} lies at {site}, where its data is: both are lost together with the site. Copy it to another one.",
          { name: known(backup.name) ?? "", site },
        ),
      );
    }
  },
});

/** The one site that holds what is backed up; undefined when it is not said, or there are several. */
function sourceSite(plan: Plan, backup: Backup): string | undefined {
  const database = plan.databases.items.find(
    ({ name }) => name.state === "known" && name.value === known(backup.database),
  );
  const stated = database?.primary && known(database.primary.site);
  if (stated !== undefined) return stated;
  if (known(backup.kind) === "Container") {
    const sites = new Set(plan.kubernetes.items.map(({ site }) => known(site)));
    const [only] = sites;
    if (sites.size === 1 && plan.kubernetes.complete) return only;
  }
  const primaries = dataSites(plan).filter(({ role }) => known(role) === "Primary");
  const [only, another] = primaries;
  return only === undefined || another !== undefined || hasUnknownSite(plan) ? undefined : known(only.name);
}
