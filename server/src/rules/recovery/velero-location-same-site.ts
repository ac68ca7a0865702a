import { t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../recovery/fields.ts";
import { plansOf } from "../../recovery/plan-scope.ts";
import { VELERO_LOCATION } from "../../recovery/velero.ts";
import { defineRule, type RuleContext } from "../rule.ts";

export default defineRule({
  id: "velero-location-same-site",
  title: "Backups are stored where the data is",
  severity: "warning",
  appliesTo: [VELERO_LOCATION.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "A bucket that a Service of the same cluster serves (MinIO beside the workloads, most often) is lost together with the cluster, and to restore the cluster one would need the cluster. A bucket in the city of the primary sites does not survive the loss of the region that the plan is written for.",
    how: "Store backups at another site: a bucket of another region or an object store outside of the cluster. The place is read from `config.s3Url`, and from `config.region` where a DisasterRecoveryPlan of the workspace names a site or city of that name.",
    sources: [
      "https://velero.io/docs/main/api-types/backupstoragelocation/",
      "https://velero.io/docs/main/contributions/minio/",
    ],
  },
  check(location, context) {
    if (context.snapshot.layout.isPatched(location, "spec.config")) return;
    const service = inClusterHost(location, context);
    if (service !== undefined) {
      context.report(
        location.at("spec.config.s3Url"),
        t(
          "The backups of {name} are stored by {service}, a Service of the cluster they are of: what takes the cluster takes its backups. Use an object store at another site.",
          { name: location.name ?? "", service },
        ),
        undefined,
      );
      return;
    }
    checkPlans(location, context);
  },
});

type Context = RuleContext<void, object>;

/** The host of the bucket where it is a Service of the cluster. */
function inClusterHost(location: Resource, { snapshot }: Context): string | undefined {
  const url = stringOf(location.get("spec.config.s3Url"));
  const host = /^https?:\/\/([a-z0-9.-]+)(?::\d+)?(?:\/|$)/i.exec(url ?? "")?.[1]?.toLowerCase();
  const [name, namespace, kind, ...rest] = host?.split(".") ?? [];
  if (host === undefined || name === undefined || namespace === undefined) return undefined;
  const isService = kind === "svc" || (kind === undefined && rest.length === 0);
  if (!isService) return undefined;
  const services = snapshot
    .find("name", `/Service/${name}`)
    .filter((service) => service.namespace === undefined || service.namespace === namespace);
  // One without pods of its own stands for something outside.
  const isOutside = services.some(
    (service) =>
      stringOf(service.get("spec.type")) === "ExternalName" || service.get("spec.selector") === undefined,
  );
  if (isOutside || (kind === undefined && services.length === 0)) return undefined;
  return host;
}

function checkPlans(location: Resource, context: Context): void {
  const region = stringOf(location.get("spec.config.region"))?.toLowerCase();
  if (region === undefined) return;
  for (const plan of plansOf(context.snapshot)) {
    const sites = plan.sites.items.map(({ name, city, role }) => ({
      name: known(name) ?? "",
      city: known(city) ?? "",
      role: known(role),
    }));
    const here = sites.find(
      ({ name, city, role }) =>
        (role === "Primary" || role === "Secondary") &&
        (name.toLowerCase() === region || city.toLowerCase() === region),
    );
    const elsewhere = sites.find(({ role, city }) => role === "DR" && city.toLowerCase() !== region);
    if (here === undefined || elsewhere === undefined) continue;
    context.report(
      location.at("spec.config.region"),
      t(
        "The backups of {name} are stored in {region}, where site {site} of plan {plan} is: they do not survive the loss of that place. Store them at {elsewhere}.",
        {
          name: location.name ?? "",
          region: stringOf(location.get("spec.config.region")) ?? "",
          site: here.name,
          plan: plan.resource.name ?? "",
          elsewhere: elsewhere.name,
        },
      ),
      undefined,
      { related: [{ location: plan.resource.title, message: t("The plan with these sites.") }] },
    );
    return;
  }
}
