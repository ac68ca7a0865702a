import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { field, integerOf, itemsOf, stringOf, valueOr } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { CNPG_CLUSTER, instancesOf } from "../../recovery/cnpg.ts";
import { defineRule } from "../rule.ts";

interface Payload {
  readonly path: string;
  /** Whether the operator refuses the cluster; otherwise it is accepted, and commits wait for ever. */
  readonly isRefused: boolean;
  /** What there can be at most. */
  readonly standbys: number;
  /** Instances that would be enough; undefined where another setting limits how many are waited for. */
  readonly instances: number | undefined;
}

const SYNC = "spec.postgresql.synchronous";

export default defineRule<Payload>({
  id: "cnpg-sync-impossible",
  title: "PostgreSQL waits for more standbys than there are",
  severity: "error",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  docs: {
    why: "With synchronous replication each commit waits until `number` standbys have it. A cluster has one standby less than it has instances, so a number that is as large as the instances waits for a standby that does not exist: the operator refuses such a cluster, whatever `dataDurability` says, and so it does with `maxSyncReplicas`, the older setting. What `maxStandbyNamesFromCluster` leaves out it does not count: then the cluster is accepted, and with `dataDurability: required`, the default, every write hangs for ever.",
    how: "Lower the number or add instances; one instance more than needed lets one be lost without stopping writes. Standbys outside of the cluster (`standbyNamesPre`, `standbyNamesPost`) count.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/replication/#synchronous-replication",
      "https://github.com/cloudnative-pg/cloudnative-pg/blob/main/pkg/postgres/replication/explicit.go",
      "https://github.com/cloudnative-pg/cloudnative-pg/blob/main/internal/webhook/v1/cluster_webhook.go",
    ],
  },
  check(cluster, context) {
    const { snapshot } = context;
    const instances = instancesOf(snapshot, cluster);
    if (instances === undefined || instances < 1) return;
    checkSynchronous(cluster, instances, (payload, wanted) => {
      if (snapshot.layout.isPatched(cluster, payload.path)) return;
      const values = { wanted, instances, standbys: payload.standbys, name: cluster.name ?? "" };
      context.report(cluster.at(payload.path), messageOf(payload, values), payload);
    });
  },
  fixes: [
    {
      id: "lower-number",
      title: ({ standbys }) => t("Wait for {standbys} standbys", { standbys }),
      preferred: false,
      edits: ({ path, standbys }, cluster) => (standbys < 1 ? undefined : setPath(cluster, path, standbys)),
    },
    {
      id: "more-instances",
      title: ({ instances }) => t("Run {instances} instances", { instances: instances ?? 0 }),
      preferred: false,
      edits: ({ instances }, cluster) =>
        instances === undefined
          ? undefined
          : setPath(cluster, "spec.instances", instances, { before: ["imageName", "storage"] }),
    },
  ],
});

function messageOf({ path, isRefused }: Payload, values: Message["values"]): Message {
  if (path.endsWith("maxSyncReplicas"))
    return t(
      "{name} has {instances} instances, so {standbys} standbys, but maxSyncReplicas is {wanted}: the operator refuses the cluster. It must be lower than the number of instances.",
      values,
    );
  return isRefused
    ? t(
        "Each commit of {name} is to wait for {wanted} standbys, but {instances} instances leave {standbys}: the operator refuses the cluster, and what was applied before stays. Lower the number, or run more instances.",
        values,
      )
    : t(
        "Each commit of {name} waits for {wanted} standbys, but {standbys} can be named: every write hangs for ever. Lower the number, or raise maxStandbyNamesFromCluster.",
        values,
      );
}

function checkSynchronous(
  cluster: Resource,
  instances: number,
  report: (payload: Payload, wanted: number) => void,
): void {
  const legacy = integerOf(cluster.get("spec.maxSyncReplicas"));
  if (legacy !== undefined && legacy >= instances) {
    const payload = { path: "spec.maxSyncReplicas", isRefused: true, standbys: instances - 1 };
    report({ ...payload, instances: legacy + 1 }, legacy);
  }
  const wanted = integerOf(cluster.get(`${SYNC}.number`));
  const durability = valueOr(field(cluster.get(`${SYNC}.dataDurability`), stringOf), "required");
  if (wanted === undefined) return;
  const others = ["standbyNamesPre", "standbyNamesPost"].map((list) => cluster.get(`${SYNC}.${list}`));
  if (others.some((list) => list !== undefined && list.kind !== "seq")) return;
  const outside = others.reduce((sum, list) => sum + itemsOf(list).length, 0);
  const limit = field(cluster.get(`${SYNC}.maxStandbyNamesFromCluster`), integerOf);
  if (limit.state === "unknown") return;
  const most = limit.state === "known" ? limit.value : Number.POSITIVE_INFINITY;
  const standbys = Math.min(instances - 1, most) + outside;
  const isRefused = wanted >= instances + outside;
  // "preferred" waits for as many as there are.
  if (!isRefused && (wanted <= standbys || durability !== "required")) return;
  const enough = wanted - outside <= most ? wanted - outside + 1 : undefined;
  report({ path: `${SYNC}.number`, isRefused, standbys, instances: enough }, wanted);
}
