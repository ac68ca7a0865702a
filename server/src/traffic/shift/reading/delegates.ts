import { type Message, t } from "../../../model/message.ts";
import type { Cluster, KubeObject, ObjectRef } from "../cluster.ts";
import type { Intent } from "../intent.ts";
import { hasRouteFor } from "../plan.ts";
import { delegatesOf } from "./claims.ts";
import { type Read, readObject } from "./read.ts";

/** Where the route stands that an intent means. */
export type Found =
  | { readonly kind: "here" }
  | { readonly kind: "delegate"; readonly ref: ObjectRef }
  | { readonly kind: "unclear"; readonly why: Message };

/** A root VirtualService may hand its requests to others, and then one of them has the route. */
export async function findInDelegates(
  cluster: Cluster,
  object: KubeObject,
  intent: Intent,
  signal: AbortSignal,
): Promise<Found> {
  const refs = object.kind === "VirtualService" ? delegatesOf(object) : [];
  if (refs.length === 0 || hasRouteFor(object, intent)) return { kind: "here" };
  const unique = [...new Map(refs.map((ref) => [nameOf(ref), ref])).values()];
  const read = await Promise.all(
    unique.map(
      async (ref): Promise<readonly [ObjectRef, Read<KubeObject | undefined>]> => [
        ref,
        readObject(await cluster.get(ref, signal), `VirtualService ${nameOf(ref)}`),
      ],
    ),
  );
  const fitting = read.filter(([, one]) => one.known && one.value && hasRouteFor(one.value, intent));
  const [only] = fitting;
  if (fitting.length > 1)
    return {
      kind: "unclear",
      why: t(
        "{name} delegates to several VirtualServices with such a route: {names}. Name the one you mean.",
        {
          name: object.metadata.name,
          names: fitting.map(([ref]) => nameOf(ref)).join(", "),
        },
      ),
    };
  // One that could not be read may be the one that is meant, or a second one.
  for (const [, one] of read) if (!one.known) return { kind: "unclear", why: one.why };
  return only === undefined ? { kind: "here" } : { kind: "delegate", ref: only[0] };
}

function nameOf({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}
