import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { CNPG_CLUSTER, instancesOf, isHibernated, isReplicaCluster } from "../../recovery/cnpg.ts";
import { defineRule } from "../rule.ts";

export default defineRule<number, { minimum: number }>({
  id: "cnpg-instances",
  title: "PostgreSQL cluster with fewer than three instances",
  severity: "warning",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  docs: {
    why: "CloudNativePG promotes a standby when the primary is lost. With one instance there is none: the database is down until the same volume is attached to a new pod, and gone when the volume is. With two, one drained or failed instance leaves a primary without a standby, and with synchronous replication that waits for one, writes stop.",
    how: "Use three instances on different nodes, better in different zones. A replica cluster, which follows another one, is not judged: what it is for decides.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/architecture/",
      "https://cloudnative-pg.io/documentation/current/replication/",
    ],
  },
  options: {
    minimum: {
      default: 3,
      minimum: 1,
      description: "The number of instances that a cluster should have at least.",
    },
  },
  check(cluster, context) {
    const { snapshot } = context;
    const { minimum } = context.options;
    const instances = instancesOf(snapshot, cluster);
    if (instances === undefined || instances >= minimum || isReplicaCluster(cluster) !== false) return;
    if (isHibernated(cluster) || snapshot.layout.isPatched(cluster, "spec.replica")) return;
    const values = { name: cluster.name ?? "", instances, minimum };
    context.report(
      cluster.at("spec.instances"),
      instances <= 1
        ? t(
            "{name} has 1 instance and no standby: when its node or volume is lost, the database is down until the volume is back, or for good. Run {minimum} instances.",
            values,
          )
        : t(
            "{name} has {instances} instances: while one is drained, restarted or lost, there is no standby left to promote, or writes wait for it. Run {minimum} instances.",
            values,
          ),
      minimum,
    );
  },
  fixes: [
    {
      id: "set-instances",
      title: (minimum) => t("Run {minimum} instances", { minimum }),
      preferred: false,
      edits: (minimum, cluster) =>
        setPath(cluster, "spec.instances", minimum, { before: ["imageName", "storage"] }),
    },
  ],
});
