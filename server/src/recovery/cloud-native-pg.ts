import { t } from "../model/message.ts";
import { integerOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { CNPG_CLUSTER, instancesOf } from "./cnpg.ts";
import { between, exactly, UNKNOWN } from "./estimate.ts";
import { known } from "./fields.ts";
import { manifestField } from "./manifest.ts";
import type { Database } from "./plan-data.ts";
import { referred } from "./references.ts";
import { promotionTerm } from "./steps.ts";
import { fieldTerm, leaf, named, type Term } from "./term.ts";
import type { World } from "./world.ts";

/** Defaults of CloudNativePG's readiness probe (docs/src/instance_manager.md; pkg/specs/pods.go). */
const READINESS = { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 } as const;
/** DefaultPrimaryLeaseDurationSeconds (api/v1/cluster_types.go). */
const LEASE = 15;

/**
 * What the loss of the primary costs a database that CloudNativePG runs: readiness, failoverDelay, the shutdown of the
 * old primary up to switchoverDelay, the lease, the promotion. Undefined for other databases.
 */
export function failoverParts(world: World, database: Database): readonly Term[] | undefined {
  const { primary } = database;
  const cluster =
    known(primary?.platform ?? { state: "absent" }) === "kubernetes"
      ? referred(world.snapshot, world.plan, primary?.ref)
      : undefined;
  if (cluster?.type !== CNPG_CLUSTER) return undefined;
  const instances = instancesOf(world.snapshot, cluster);
  if (instances === undefined || instances < 2) return [withoutStandby(cluster, instances)];
  const around = { resource: cluster, node: cluster.get("spec") };
  const seconds = (path: string) => manifestField(world.snapshot, cluster, path, integerOf);
  return [
    readinessTerm(world, cluster),
    fieldTerm("detection", named("failoverDelay"), seconds("spec.failoverDelay"), around, {
      kind: "default",
      estimate: exactly(0),
      reason: t("CloudNativePG fails over at once when nobody says otherwise (failoverDelay 0)."),
    }),
    fieldTerm(
      "grace",
      named("switchoverDelay"),
      seconds("spec.switchoverDelay"),
      around,
      {
        kind: "default",
        estimate: between(0, 3600),
        reason: t(
          "CloudNativePG waits up to an hour for the old primary when nobody says otherwise (switchoverDelay 3600).",
        ),
      },
      (value) => between(0, value),
    ),
    fieldTerm(
      "grace",
      t("lease"),
      seconds("spec.primaryLease.leaseDurationSeconds"),
      around,
      {
        kind: "default",
        estimate: between(0, LEASE),
        reason: t(
          "The lease of the old primary runs out after at most 15 s when nobody says otherwise (primaryLease.leaseDurationSeconds).",
        ),
      },
      (value) => between(0, value),
    ),
    promotionTerm(world, database),
  ];
}

/** Nobody to promote: the database is back when its volume can be used on another node, if it ever can. */
function withoutStandby(cluster: Resource, instances: number | undefined): Term {
  const values = { name: cluster.name ?? "?" };
  return leaf("promotion", t("promotion"), UNKNOWN, {
    kind: "unknown",
    reason:
      instances === undefined
        ? t("A template or an overlay decides how many instances {name} has.", values)
        : t(
            "{name} has 1 instance, so there is no standby to promote: it is back when its volume is attached to another node, and how long that takes is not known. Run 3 instances.",
            values,
          ),
    at: cluster.at("spec.instances"),
  });
}

function readinessTerm({ snapshot }: World, cluster: Resource): Term {
  const of = (key: keyof typeof READINESS) => {
    const value = manifestField(snapshot, cluster, `spec.probes.readiness.${key}`, integerOf);
    return value.state === "absent" ? READINESS[key] : known(value);
  };
  const [period, timeout, threshold] = [of("periodSeconds"), of("timeoutSeconds"), of("failureThreshold")];
  const isKnown = period !== undefined && timeout !== undefined && threshold !== undefined;
  const place = cluster.get("spec.probes.readiness");
  return leaf(
    "detection",
    t("readiness"),
    isKnown ? between(period * Math.max(0, threshold - 1), period * threshold + timeout) : UNKNOWN,
    place === undefined
      ? {
          kind: "default",
          reason: t("CloudNativePG asks every 10 s and gives up after three answers that fail (35 s)."),
        }
      : { kind: "declared", at: cluster.locate(place) },
  );
}
