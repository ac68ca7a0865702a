import { t } from "../../model/message.ts";
import { field, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { defineRule } from "../rule.ts";
import { isReplaced } from "./written.ts";

/** Where each kind says how k8gb shares the traffic and which site comes first. */
interface Place {
  readonly parent: string;
  readonly strategy: readonly string[];
  readonly primary: readonly string[];
}

const GSLB: Place = {
  parent: "spec.strategy",
  strategy: ["spec", "strategy", "type"],
  primary: ["spec", "strategy", "primaryGeoTag"],
};

const INGRESS: Place = {
  parent: "metadata.annotations",
  strategy: ["metadata", "annotations", "k8gb.io/strategy"],
  primary: ["metadata", "annotations", "k8gb.io/primary-geotag"],
};

export default defineRule({
  id: "gslb-no-primary",
  title: "DNS failover without a primary site",
  severity: "error",
  appliesTo: ["k8gb.absa.oss/*/Gslb", "k8gb.io/*/Gslb", "networking.k8s.io/*/Ingress"],
  docs: {
    why: "With the strategy `failover`, k8gb answers with the addresses of the site that `primaryGeoTag` names, and with those of the others when that one is ill. Without it no site is the primary: each takes itself for a secondary and answers with the addresses of the others, so clients are sent in a circle between sites. Of an Ingress with annotations k8gb makes no Gslb at all then, and the host does not resolve.",
    how: "Name the geo tag of the site that serves in normal times (`CLUSTER_GEO_TAG` of its k8gb), the same in every cluster.",
    sources: [
      "https://www.k8gb.io/docs/strategy.html",
      "https://github.com/k8gb-io/k8gb/blob/v0.15.0/controllers/gslb_controller_reconciliation.go",
      "https://github.com/k8gb-io/k8gb/blob/v0.15.0/controllers/depresolver/depresolver_spec.go",
    ],
  },
  check(resource, context) {
    const place = resource.kind === "Gslb" ? GSLB : INGRESS;
    const strategy = resource.get(place.strategy);
    if (stringOf(strategy) !== "failover" || strategy === undefined) return;
    const primary = field(resource.get(place.primary), stringOf);
    if (primary.state === "unknown" || (primary.state === "known" && primary.value !== "")) return;
    if (isReplaced(context.snapshot, resource, place.parent) || mayAdd(resource, place)) return;
    context.report(
      primary.state === "known" ? resource.at(place.primary) : resource.locate(strategy),
      resource.kind === "Gslb"
        ? t(
            "The strategy is failover, but primaryGeoTag names no site: every site takes itself for a secondary and answers with the addresses of the others, even when it is healthy. Set primaryGeoTag to the site that serves in normal times.",
          )
        : t(
            "The strategy is failover, but the annotation k8gb.io/primary-geotag names no site: k8gb makes no Gslb of this Ingress, and its hosts do not resolve. Add the geo tag of the site that serves in normal times.",
          ),
      undefined,
    );
  },
});

/** A key that a template or `${…}` decides may be the one that is missing. */
function mayAdd(resource: Resource, { parent }: Place): boolean {
  const map = resource.get(parent);
  return map?.kind === "map" && map.entries.some(({ key }) => key.unknown);
}
