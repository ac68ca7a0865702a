import { type Message, t } from "../../model/message.ts";
import { brokenNames, repeatedNames } from "../../recovery/names.ts";
import { brokenNameMessage, repeatedNameMessage } from "../../recovery/problems.ts";
import { type Reference, referencesOf } from "../../recovery/references.ts";
import { closest } from "../../text/closest.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-reference-unknown",
  title: "Plan that refers to something that is not there",
  severity: "error",
  needsWholeWorkspace: true,
  inCluster: [
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "batch/CronJob",
    "argoproj.io/Rollout",
    "kubevirt.io/VirtualMachine",
    "velero.io/Schedule",
    "postgresql.cnpg.io/Cluster",
    "postgresql.cnpg.io/ScheduledBackup",
    "acid.zalan.do/postgresql",
    "networking.istio.io/VirtualService",
    "networking.istio.io/DestinationRule",
  ],
  docs: {
    why: "A step that names a strategy which does not exist does nothing; a backup that refers to a schedule nobody has is not made; a site that is misspelt has no capacity. The plan reads well, and fails where it is needed.",
    how: "Correct the name, or add what it refers to. Names of sites, databases, backups, strategies and steps are looked for in the plan; references to manifests (`velero/Schedule/app`, `apps/Deployment/prod/app`) in the whole workspace, and nothing is said where a template decides names. Manifests that live in another repository: silence the rule for that line, with the reason.",
    sources: [
      "https://velero.io/docs/main/api-types/schedule/",
      "https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/",
    ],
  },
  check(plan, context) {
    for (const use of brokenNames(plan)) {
      const near = closest(use.name, use.candidates);
      context.report(placeOf(plan, use.node), brokenNameMessage(use, near));
    }
    for (const use of repeatedNames(plan)) context.report(placeOf(plan, use.node), repeatedNameMessage(use));
    for (const reference of referencesOf(plan, context.snapshot)) {
      const message = problemOf(reference);
      if (message !== undefined) context.report(placeOf(plan, reference.node), message);
    }
  },
});

function problemOf({ text, resolution }: Reference): Message | undefined {
  switch (resolution.state) {
    case "missing":
      return t(
        "{reference} is nowhere in this workspace: what the plan says about it cannot be checked, and it may not exist. Add the manifest, or correct the reference.",
        { reference: text },
      );
    case "unreadable":
      return t(
        "{reference} is no reference to a manifest. Write group/Kind/name or group/Kind/namespace/name, for example velero/Schedule/app; where the kind is clear, namespace/name.",
        { reference: text },
      );
    case "ambiguous":
      return t("{reference} fits {count} manifests, and nobody can tell which is meant. Add the namespace.", {
        reference: text,
        count: resolution.resources.length,
      });
    default:
      return undefined;
  }
}
