import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf, field, integerOf, itemsOf, type MapNode, nodeAt } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../recovery/fields.ts";
import { plansOf } from "../../recovery/plan-scope.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import {
  type CephPool,
  copiesOf,
  isErasureCoded,
  isInStretchCluster,
  isPoolPatched,
  isStretched,
  poolKinds,
  poolsOf,
  zoneNames,
} from "./ceph-pools.ts";

/** The pool whose size can be set; undefined for findings about the cluster. */
type Payload = CephPool | undefined;
type Context = RuleContext<Payload, object>;

export default defineRule<Payload>({
  id: "ceph-stretch",
  title: "Ceph over two sites is not a working stretch cluster",
  severity: "error",
  appliesTo: ["ceph.rook.io/*/CephCluster", ...poolKinds],
  needsWholeWorkspace: true,
  docs: {
    why: "With data in two sites, the monitors of one of them are the majority: when that site fails, the other one stops although its data is complete. Ceph's stretch mode is the answer: two data sites with two monitors and two copies each, and an arbiter in a third place. Rook accepts nothing else: three zones of which exactly one is the arbiter, five monitors (three at the least) and replicated pools of size 4; what differs is refused, and the pool or the cluster stays as it was.",
    how: "Set `mon.count: 5` and `mon.stretchCluster` with three zones, one of them `arbiter: true`; give every pool `replicated.size: 4`. Erasure-coded pools cannot be stretched.",
    sources: [
      "https://rook.io/docs/rook/latest/CRDs/Cluster/stretch-cluster/",
      "https://github.com/rook/rook/blob/master/pkg/operator/ceph/cluster/cluster.go",
      "https://github.com/rook/rook/blob/master/pkg/operator/ceph/pool/validate.go",
      "https://docs.ceph.com/en/latest/rados/operations/stretch-mode/",
    ],
  },
  check(resource, context) {
    if (resource.kind !== "CephCluster") return checkPools(resource, context);
    if (context.snapshot.layout.isPatched(resource, "spec.mon")) return;
    if (isStretched(resource)) {
      checkZones(resource, context);
      checkMons(resource, context);
    } else checkUnstretched(resource, context);
  },
  fixes: [
    {
      id: "four-copies",
      title: () => t("Keep {copies} copies", { copies: 4 }),
      preferred: false,
      needsConfirmation: true,
      edits: (pool, resource) =>
        pool === undefined ? undefined : setPath(resource, [...pool.path, "replicated", "size"], 4),
    },
  ],
});

/** The zones of a list, or undefined when some of it is unknown. */
function zonesAt(cluster: Resource, path: string): readonly MapNode[] | undefined {
  const node = cluster.get(path);
  if (node?.kind !== "seq") return undefined;
  const zones = itemsOf(node).flatMap((zone) => (zone.kind === "map" ? [zone] : []));
  return zones.length === node.items.length ? zones : undefined;
}

function checkZones(cluster: Resource, context: Context): void {
  const path = "spec.mon.stretchCluster.zones";
  const zones = zonesAt(cluster, path);
  if (zones === undefined) return;
  if (zones.length !== 3) {
    context.report(
      cluster.at(path),
      t(
        "A stretch cluster has three zones: two with data and one with the arbiter. {count} are listed, and Rook refuses to set the cluster up.",
        { count: zones.length },
      ),
      undefined,
    );
    return;
  }
  const arbiters = zones.map((zone) => field(nodeAt(zone, "arbiter"), booleanOf));
  if (arbiters.some((arbiter) => arbiter.state === "unknown")) return;
  const count = arbiters.filter((arbiter) => arbiter.state === "known" && arbiter.value).length;
  if (count === 1) return;
  context.report(
    cluster.at(path),
    t(
      "Exactly one zone of a stretch cluster is the arbiter, which keeps the majority when a data site is lost; here {count} of {zones} are. Rook refuses to set the cluster up.",
      { count, zones: zoneNames(zones) },
    ),
    undefined,
  );
}

function checkMons(cluster: Resource, context: Context): void {
  const mons = integerOf(cluster.get("spec.mon.count"));
  // Rook takes three too, one for each zone; absent means three.
  if (mons === undefined || mons === 0 || mons === 3 || mons === 5) return;
  context.report(
    cluster.at("spec.mon.count"),
    t(
      "A stretch cluster has 5 monitors, two in each data zone and one with the arbiter, or 3 at the least; with {mons} Rook refuses to set it up.",
      { mons },
    ),
    undefined,
  );
}

function checkUnstretched(cluster: Resource, context: Context): void {
  const zones = zonesAt(cluster, "spec.mon.zones");
  if (zones?.length !== 2) {
    checkPlans(cluster, context);
    return;
  }
  context.report(
    cluster.at("spec.mon.zones"),
    t(
      "The monitors are spread over 2 zones ({zones}), so a majority of them is in one: when it is lost, the other one stops, although its data is complete. Use mon.stretchCluster with an arbiter in a third zone.",
      { zones: zoneNames(zones) },
    ),
    undefined,
  );
}

/** A plan that counts on a stretch cluster, where the only cluster of the workspace is none. */
function checkPlans(cluster: Resource, context: Context): void {
  const { snapshot } = context;
  if (snapshot.find("type", cluster.type).length > 1) return;
  for (const plan of plansOf(snapshot)) {
    const replication = plan.replication.items.find(({ provider }) => known(provider) === "CephStretch");
    if (replication === undefined) continue;
    context.report(
      cluster.at("spec.mon"),
      t(
        "Plan {plan} copies data between sites by a stretch cluster of Ceph ({replication}), but this cluster is none: its monitors and copies know no sites, so the loss of one may stop it or lose data. Set mon.stretchCluster.",
        { plan: plan.resource.name ?? "", replication: known(replication.name) ?? "CephStretch" },
      ),
      undefined,
      {
        related: [
          {
            location: plan.resource.locate(replication.node),
            message: t("The copy that the plan counts on."),
          },
        ],
      },
    );
    return;
  }
}

function checkPools(resource: Resource, context: Context): void {
  if (!isInStretchCluster(context.snapshot, resource)) return;
  for (const pool of poolsOf(resource)) {
    const copies = copiesOf(pool);
    if (isErasureCoded(pool)) {
      context.report(
        resource.at([...pool.path, "erasureCoded"]),
        t(
          "{pool} is erasure coded, which a stretch cluster does not support: Rook refuses the pool. Use replicated.size: 4.",
          { pool: pool.name },
        ),
        undefined,
      );
    } else if (copies !== undefined && copies !== 4) {
      if (isPoolPatched(context.snapshot, resource, pool, "replicated.size")) continue;
      context.report(
        resource.at([...pool.path, "replicated", "size"]),
        t(
          "{pool} keeps {copies} copies, but a pool of a stretch cluster keeps 4, two in each data site: Rook refuses any other size.",
          { pool: pool.name, copies },
        ),
        pool,
      );
    }
  }
}
