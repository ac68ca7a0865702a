import type { AdmissionPolicy } from "../policy.ts";

const strategy = "dyn(object).spec.?strategy";
const annotation = (name: string) => `object.metadata.?annotations[?"k8gb.io/${name}"].orValue("")`;

export default {
  ruleId: "gslb-no-primary",
  targets: [
    { group: "k8gb.absa.oss", versions: ["v1beta1"], resources: ["gslbs"] },
    { group: "k8gb.io", versions: ["v1beta1"], resources: ["gslbs"] },
    { group: "networking.k8s.io", versions: ["v1"], resources: ["ingresses"] },
  ],
  judged: ["?spec", "metadata.?annotations"],
  body: () => ({
    complaints: [
      {
        when: `object.kind == "Gslb" && ${strategy}.?type.orValue("") == "failover" && ${strategy}.?primaryGeoTag.orValue("") == ""`,
        message:
          "The strategy is failover, but primaryGeoTag names no site: every site takes itself for a secondary and answers with the addresses of the others, even when it is healthy. Set primaryGeoTag to the site that serves in normal times.",
      },
      {
        when: `object.kind == "Ingress" && ${annotation("strategy")} == "failover" && ${annotation("primary-geotag")} == ""`,
        message:
          "The strategy is failover, but the annotation k8gb.io/primary-geotag names no site: k8gb makes no Gslb of this Ingress, and its hosts do not resolve. Add the geo tag of the site that serves in normal times.",
      },
    ],
  }),
} satisfies AdmissionPolicy;
