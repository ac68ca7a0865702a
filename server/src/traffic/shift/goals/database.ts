import type { Operation } from "rfc6902";
import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { at, recordOf, textAt } from "../json.ts";
import { type Planned, planned } from "../patch.ts";

/**
 * Makes a CloudNativePG replica cluster the primary, or a primary a replica
 * (cloudnative-pg api/v1/cluster_types.go, ReplicaClusterConfiguration).
 */
export type DatabaseGoal =
  | {
      readonly kind: "database";
      readonly action: "promote";
      /** The demoted primary whose `status.demotionToken` guards against lost writes; null when it is lost itself. */
      readonly tokenFrom: ObjectName | null;
    }
  | {
      readonly kind: "database";
      readonly action: "demote";
      /** The name that the new primary goes by in `externalClusters`. */
      readonly newPrimary: string;
    };

/** What is shown in place of a token. */
export const HIDDEN_TOKEN = "…";

/** The object for people's eyes: its tokens hidden. */
export function withoutTokens(object: KubeObject): KubeObject {
  if (object.kind !== "Cluster") return object;
  return JSON.parse(
    JSON.stringify(object, (key, value) =>
      ["promotionToken", "demotionToken", "lastPromotionToken"].includes(key) ? HIDDEN_TOKEN : value,
    ),
  );
}

/** An object of some context, by name. */
export interface ObjectName {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
}

/** Whether the cluster replicates from another (cluster_funcs.go, IsReplica): `enabled` decides where it is written. */
export function isReplica(object: KubeObject): boolean {
  const replica = recordOf(at(object, "spec", "replica"));
  if (replica === undefined) return false;
  if (typeof replica.enabled === "boolean") return replica.enabled;
  return selfOf(object) !== replica.primary;
}

/** The name a cluster goes by among the others. */
export function selfOf(object: KubeObject): string {
  return textAt(object, "spec", "replica", "self") || object.metadata.name;
}

/** What a demoted cluster leaves for its successor; undefined until it has shut down. */
export function demotionTokenOf(object: KubeObject): string | undefined {
  return textAt(object, "status", "demotionToken") || undefined;
}

/** Whether the promotion is over: the cluster is no replica, is healthy, and has used the token it was given. */
export function isPromoted(object: KubeObject): boolean {
  const token = textAt(object, "spec", "replica", "promotionToken");
  return (
    !isReplica(object) &&
    textAt(object, "status", "currentPrimary") !== undefined &&
    textAt(object, "status", "currentPrimary") === textAt(object, "status", "targetPrimary") &&
    (token === undefined || token === "" || token === textAt(object, "status", "lastPromotionToken"))
  );
}

/** The patch. `token` is what `tokenFrom` gave; it is never kept. */
export function planDatabase(object: KubeObject, goal: DatabaseGoal, token: string | undefined): Planned {
  if (recordOf(at(object, "spec", "replica")) === undefined)
    return {
      ok: false,
      reason: t("Cluster {name} has no spec.replica, so it takes part in no replication between clusters.", {
        name: object.metadata.name,
      }),
    };
  return goal.action === "promote"
    ? planPromotion(object, goal.tokenFrom !== null, token)
    : planDemotion(object, goal.newPrimary);
}

function planPromotion(object: KubeObject, needsToken: boolean, token: string | undefined): Planned {
  if (!isReplica(object)) return planned(object, []);
  if (needsToken && token === undefined)
    return {
      ok: false,
      reason: t(
        "The former primary has left no demotion token yet, so writes could be lost. Wait until it has shut down, or promote without a token if it is lost.",
      ),
    };
  const path = "/spec/replica";
  const change: Operation =
    typeof at(object, "spec", "replica", "enabled") === "boolean"
      ? { op: "add", path: `${path}/enabled`, value: false }
      : { op: "add", path: `${path}/primary`, value: selfOf(object) };
  return planned(object, [
    { op: "test", path: `${path}/source`, value: at(object, "spec", "replica", "source") },
    change,
    ...(token === undefined ? [] : [{ op: "add" as const, path: `${path}/promotionToken`, value: token }]),
  ]);
}

function planDemotion(object: KubeObject, newPrimary: string): Planned {
  if (typeof at(object, "spec", "replica", "enabled") === "boolean")
    return {
      ok: false,
      reason: t(
        "Cluster {name} uses spec.replica.enabled, with which a primary cannot be made a replica again. Move it to spec.replica.primary first.",
        { name: object.metadata.name },
      ),
    };
  if (textAt(object, "spec", "replica", "primary") === newPrimary) return planned(object, []);
  return planned(object, [
    { op: "test", path: "/spec/replica/primary", value: at(object, "spec", "replica", "primary") },
    { op: "add", path: "/spec/replica/primary", value: newPrimary },
    ...(at(object, "spec", "replica", "promotionToken") === undefined
      ? []
      : [{ op: "remove" as const, path: "/spec/replica/promotionToken" }]),
  ]);
}
