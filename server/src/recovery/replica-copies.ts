import { t } from "../model/message.ts";
import { integerOf, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { CNPG_CLUSTER, instancesOf } from "./cnpg.ts";
import { between, exactly, UNKNOWN } from "./estimate.ts";
import { known } from "./fields.ts";
import { effectiveInterval } from "./intervals.ts";
import { manifestField } from "./manifest.ts";
import type { Database, DatabaseReplica, Replication } from "./plan-data.ts";
import { referred } from "./references.ts";
import { fieldTerm, leaf, sum, type Term, unknown } from "./term.ts";
import type { World } from "./world.ts";

/** How far a copy of storage may be behind: synchronous ones not at all, others interval + transfer. */
export function replicationTerm({ plan: { resource } }: World, replication: Replication): Term {
  const { node, mode, schedulingInterval, syncDuration } = replication;
  if (known(mode) === "Synchronous" && mode.state === "known")
    return leaf("lag", t("synchronous copy"), exactly(0), {
      kind: "declared",
      at: resource.locate(mode.node),
    });
  const around = { resource, node };
  const transfer = fieldTerm(
    "run",
    t("transfer"),
    syncDuration,
    around,
    unknown(t("The plan does not say how long a transfer of the replication takes. State `syncDuration`.")),
  );
  const interval = fieldTerm(
    "interval",
    t("interval"),
    schedulingInterval,
    around,
    unknown(t("The plan does not say how often the replication runs. State `schedulingInterval`.")),
    (seconds) => between(0, effectiveInterval(seconds, transfer.estimate.worst)),
  );
  return sum("lag", t("asynchronous copy"), [interval, transfer]);
}

/**
 * How far a replica of a database may be behind: not at all only where a commit waits for it whatever happens, else by
 * a lag that the plan has to state.
 */
export function replicaTerm(world: World, database: Database, replica: DatabaseReplica): Term {
  const { resource } = world.plan;
  const { node, lag, replication, dataDurability } = replica;
  if (known(replication) === "Synchronous" && isStrict(world, database, replica)) {
    const at = dataDurability.state === "known" ? dataDurability.node : node;
    return leaf("lag", t("synchronous replica"), exactly(0), { kind: "declared", at: resource.locate(at) });
  }
  const cluster = ownClusterOf(world, database, replica);
  if (cluster !== undefined && instancesOf(world.snapshot, cluster) === 1)
    return leaf("lag", t("replica"), UNKNOWN, {
      kind: "unknown",
      reason: t("The replica “{name}” does not exist: its cluster has 1 instance. Run 3 instances.", {
        name: known(replica.ref) ?? "?",
      }),
      at: cluster.title,
    });
  const reason =
    known(replication) === "Synchronous"
      ? t(
          "Commits do not wait when the synchronous replica is away (`dataDurability` is not `required`), so how far it is behind is not known. State `lag`, or make it required.",
        )
      : t("How far the asynchronous replica is behind is not known. State `lag`.");
  return fieldTerm("lag", t("replica"), lag, { resource, node }, unknown(reason), (seconds) =>
    between(0, seconds),
  );
}

/**
 * Whether commits wait for the replica without exception. Of instances of one CloudNativePG cluster its manifest
 * decides: `synchronous` with a number and `dataDurability`, whose default is `required`.
 */
function isStrict(world: World, database: Database, replica: DatabaseReplica): boolean {
  const cluster = ownClusterOf(world, database, replica);
  if (cluster === undefined) return known(replica.dataDurability) === "required";
  const path = "spec.postgresql.synchronous";
  const number = known(manifestField(world.snapshot, cluster, `${path}.number`, integerOf));
  const durability = manifestField(world.snapshot, cluster, `${path}.dataDurability`, stringOf);
  const isRequired = durability.state === "absent" || known(durability) === "required";
  // With as many as there are instances the operator refuses the cluster.
  const instances = instancesOf(world.snapshot, cluster);
  return number !== undefined && number > 0 && instances !== undefined && number < instances && isRequired;
}

/** The cluster of CloudNativePG of which both the primary and the replica are instances; undefined for others. */
function ownClusterOf(world: World, { primary }: Database, replica: DatabaseReplica): Resource | undefined {
  const own = known(replica.ref);
  const isSame = own !== undefined && primary !== undefined && known(primary.ref) === own;
  const cluster = isSame ? referred(world.snapshot, world.plan, replica.ref) : undefined;
  return cluster?.type === CNPG_CLUSTER ? cluster : undefined;
}
