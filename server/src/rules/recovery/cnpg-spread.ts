import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf, entriesOf, itemsOf, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { CNPG_CLUSTER, instancesOf } from "../../recovery/cnpg.ts";
import { defineRule } from "../rule.ts";

const ZONE = /(?:^|[./])(?:zone|region|site|datacenter|rack)$/;

export default defineRule<boolean>({
  id: "cnpg-spread",
  title: "Instances of a PostgreSQL cluster may stand together",
  severity: "warning",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  docs: {
    why: "The operator asks the scheduler to keep the instances on different nodes. With `enablePodAntiAffinity: false` and nothing in its place, the primary and all standbys may be on one node, and its loss is the loss of the whole cluster. Over zones nothing is spread unless the manifest says so.",
    how: "Leave the anti-affinity on (`podAntiAffinityType: required` where there are enough nodes), and add a topology spread constraint over `topology.kubernetes.io/zone` where `topology` in `.nines.yaml` names several zones; the finding about zones is an improvement, not a warning.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/scheduling/",
      "https://github.com/cloudnative-pg/cloudnative-pg/blob/main/pkg/specs/pods.go",
    ],
  },
  check(cluster, context) {
    const { snapshot } = context;
    const instances = instancesOf(snapshot, cluster);
    if (instances === undefined || instances < 2 || cluster.get("spec")?.kind !== "map") return;
    const paths = ["spec.affinity", "spec.topologySpreadConstraints"];
    if (paths.some((path) => snapshot.layout.isPatched(cluster, path))) return;
    const values = { name: cluster.name ?? "", instances };
    if (isSwitchedOff(cluster)) {
      context.report(
        cluster.at("spec.affinity.enablePodAntiAffinity"),
        t(
          "Nothing keeps the {instances} instances of {name} apart: all of them may be on one node, and its loss is the loss of the database. Leave the anti-affinity on.",
          values,
        ),
        true,
      );
      return;
    }
    const zones = context.topology.zones?.length ?? 0;
    if (zones < 2 || isOverZones(cluster)) return;
    context.report(
      cluster.at(cluster.get("spec.affinity") === undefined ? "spec.instances" : "spec.affinity"),
      t(
        "The {instances} instances of {name} are spread over nodes only: all of them may be in one of the {zones} zones. Add a topology spread constraint over zones.",
        { ...values, zones },
      ),
      false,
      { severity: "info" },
    );
  },
  fixes: [
    {
      id: "anti-affinity-on",
      title: () => t("Keep the instances on different nodes"),
      preferred: true,
      edits: (off, cluster) =>
        off ? setPath(cluster, "spec.affinity.enablePodAntiAffinity", true) : undefined,
    },
  ],
});

function isSwitchedOff(cluster: Resource): boolean {
  const affinity = cluster.get("spec.affinity");
  return (
    booleanOf(nodeAt(affinity, "enablePodAntiAffinity")) === false &&
    entriesOf(nodeAt(affinity, "additionalPodAntiAffinity")).length === 0 &&
    cluster.get("spec.topologySpreadConstraints") === undefined
  );
}

/** Whether something asks for different zones, or pins the cluster to where it is meant to be. */
function isOverZones(cluster: Resource): boolean {
  const affinity = cluster.get("spec.affinity");
  const constraints = cluster.get("spec.topologySpreadConstraints");
  if (constraints !== undefined && constraints.kind !== "seq") return true;
  return (
    itemsOf(constraints).some((constraint) => {
      const key = stringOf(nodeAt(constraint, "topologyKey"));
      return key === undefined || ZONE.test(key);
    }) ||
    ZONE.test(stringOf(nodeAt(affinity, "topologyKey")) ?? "") ||
    ["additionalPodAntiAffinity", "nodeAffinity", "nodeSelector"].some(
      (key) => entriesOf(nodeAt(affinity, key)).length > 0,
    )
  );
}
