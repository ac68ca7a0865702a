import type { Session } from "../../features/session.ts";
import type { Resource } from "../../model/resource.ts";
import { sharesOf } from "../../traffic/shares.ts";
import { nameOfLeg } from "../../traffic/shift/leg.ts";
import { type Destination, type SplitRoute, splitsOf } from "../../traffic/weighted-route.ts";
import type { ShiftKind, ShiftTarget } from "./messages.ts";
import { TYPES } from "./request.ts";

/** What a resource of the workspace offers to shift; nothing where a template decides its name. */
export function writtenTargets(session: Session, resource: Resource): readonly ShiftTarget[] {
  const kind = kindOf(resource);
  if (kind === undefined || resource.name === undefined) return [];
  const base = {
    kind,
    namespace: resource.namespace,
    name: resource.name,
    uri: session.clientUri(resource.document.uri),
    route: undefined,
    destinations: [],
  };
  if (kind !== "VirtualService" && kind !== "HTTPRoute") return [base];
  return splitsOf(resource).flatMap((route) => targetOf(base, route) ?? []);
}

/** The kind of shift that a resource is made for. */
export function kindOf({ type }: Resource): ShiftKind | undefined {
  const kinds = Object.keys(TYPES) as ShiftKind[]; // the table's own keys
  return kinds.find((kind) => `${TYPES[kind].group}/${TYPES[kind].kind}` === type);
}

function targetOf(base: ShiftTarget, route: SplitRoute): ShiftTarget | undefined {
  const names = route.destinations.map(nameOfDestination);
  if (names.length < 2 || names.some((name) => name === undefined)) return undefined;
  const shares = sharesOf(route);
  return {
    ...base,
    route: `${route.platform === "gateway-api" ? "rules" : route.protocol}[${route.index}]`,
    destinations: names.map((name, i) => ({
      name: name ?? "",
      share: shares.state === "shared" ? shares.parts[i] : undefined,
    })),
  };
}

/** Its name as the live object's destination has it; undefined where a template decides it. */
function nameOfDestination({ host, subset, namespace, port }: Destination): string | undefined {
  if (host.state !== "known" || subset.state === "unknown" || port.state === "unknown") return undefined;
  return nameOfLeg({
    host: host.value,
    ...(subset.state === "known" && { subset: subset.value }),
    ...(namespace.state === "known" && { namespace: namespace.value }),
    ...(port.state === "known" && { port: port.value }),
  });
}
