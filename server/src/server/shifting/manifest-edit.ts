import { fileRange } from "../../features/ranges.ts";
import type { Session } from "../../features/session.ts";
import { shiftKindOf } from "../../features/shift-targets.ts";
import { setIn } from "../../fixes/yaml-edit.ts";
import type { Field } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import type { Leg } from "../../traffic/shift/leg.ts";
import type { MemberView } from "../../traffic/shift/view.ts";
import { type Destination, type SplitRoute, splitsOf } from "../../traffic/weighted-route.ts";
import type { ManifestEdit } from "./messages.ts";

/** The edit that gives a manifest the weights at the end of a shift; undefined where no manifest has the route. */
export function manifestEdit(session: Session, member: MemberView): ManifestEdit | undefined {
  const { edit, lanes } = member;
  if (edit === undefined) return undefined;
  const wanted = lanes.flatMap(({ leg }, i) => {
    const weight = edit.weights[i];
    return weight === undefined ? [] : [{ leg, weight }];
  });
  for (const file of session.files()) {
    for (const { resources } of file.documents) {
      for (const resource of resources.filter((candidate) => isMeant(candidate, member))) {
        const route = splitsOf(resource).find((candidate) => has(candidate, wanted));
        if (route !== undefined) return editOf(session, route, wanted);
      }
    }
  }
  return undefined;
}

interface Wanted {
  readonly leg: Leg;
  readonly weight: number;
}

function isMeant(resource: Resource, { kind, name, namespace }: MemberView): boolean {
  return (
    shiftKindOf(resource) === kind &&
    resource.name === name &&
    (resource.namespace === undefined || resource.namespace === namespace)
  );
}

/** Exactly these destinations, each once. */
function has({ destinations }: SplitRoute, wanted: readonly Wanted[]): boolean {
  return (
    destinations.length === wanted.length &&
    wanted.every(({ leg }) => destinations.filter((destination) => isLeg(destination, leg)).length === 1)
  );
}

function isLeg({ host, subset, namespace, port }: Destination, leg: Leg): boolean {
  const is = <T>(field: Field<T>, value: T | undefined) =>
    field.state === "known" ? field.value === value : field.state === "absent" && value === undefined;
  return is(host, leg.host) && is(subset, leg.subset) && is(namespace, leg.namespace) && is(port, leg.port);
}

function editOf(session: Session, route: SplitRoute, wanted: readonly Wanted[]): ManifestEdit | undefined {
  const { document } = route.resource;
  const edits = wanted.flatMap(({ leg, weight }) => {
    const destination = route.destinations.find((candidate) => isLeg(candidate, leg));
    const isThere = destination?.weight.state === "known" && destination.weight.value === weight;
    return destination === undefined || isThere ? [] : setIn(document, destination.node, ["weight"], weight);
  });
  if (edits.length === 0) return undefined;
  return {
    uri: session.clientUri(document.uri),
    edits: edits.map(({ range, newText }) => ({
      range: fileRange(document.file, document.inFile(range)),
      newText,
    })),
  };
}
