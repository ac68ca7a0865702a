import { isDeepStrictEqual } from "node:util";
import { applyPatch, type Operation } from "rfc6902";
import { type Message, t } from "../../model/message.ts";
import type { KubeObject } from "./cluster.ts";

/** What a goal makes of a live object. */
export type Planned =
  | {
      readonly ok: true;
      /** Without the resourceVersion in front; empty when the goal is reached already. */
      readonly operations: readonly Operation[];
      /** The object as it must look afterwards, but for what the server keeps itself. */
      readonly after: KubeObject;
    }
  /** The object is no longer what the goal was made for. */
  | { readonly ok: false; readonly reason: Message };

/** Works out the object after the operations; their `test`s count. */
export function planned(object: KubeObject, operations: readonly Operation[]): Planned {
  const after = structuredClone(object);
  const failed = applyPatch(after, [...operations]).find((result) => result !== null);
  if (failed !== undefined && failed !== null)
    return {
      ok: false,
      reason: t("The patch does not fit the object as it is now: {reason}. Read it again.", {
        reason: failed.message,
      }),
    };
  // Tests alone change nothing.
  const changes = operations.some(({ op }) => op !== "test");
  return { ok: true, operations: changes ? operations : [], after };
}

/** The patch as it is sent: the resourceVersion first, so that the server answers 409 when somebody else wrote. */
export function withVersion(object: KubeObject, operations: readonly Operation[]): readonly Operation[] {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined
    ? operations
    : [{ op: "replace", path: "/metadata/resourceVersion", value: resourceVersion }, ...operations];
}

/** Metadata that the server changes with every write. */
const SERVERS_OWN = ["resourceVersion", "generation", "managedFields"];

/** Whether two states of an object are the same but for what the server keeps itself; `status` is the controller's. */
export function sameObject(a: KubeObject, b: KubeObject): boolean {
  return isDeepStrictEqual(comparable(a, true), comparable(b, true));
}

/** Whether the specifications are the same, labels and annotations aside. */
export function sameSpec(a: KubeObject, b: KubeObject): boolean {
  return isDeepStrictEqual(a.spec, b.spec);
}

function comparable({ metadata, ...rest }: KubeObject, withoutStatus: boolean): unknown {
  const kept = Object.entries(metadata).filter(([key]) => !SERVERS_OWN.includes(key));
  const fields = Object.entries(rest).filter(([key]) => !(withoutStatus && key === "status"));
  return { ...Object.fromEntries(fields), metadata: Object.fromEntries(kept) };
}
