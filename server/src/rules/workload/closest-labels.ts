import type { DocumentEdit } from "../../fixes/edit.ts";
import { t } from "../../model/message.ts";
import type { MapNode } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { identityOf } from "../../workspace/spread.ts";
import type { Workload } from "../../workspace/workload.ts";
import type { Fix } from "../rule.ts";

/** What a finding about a selector without pods carries: the workload that is most likely meant. */
export interface Closest {
  readonly closest: Workload | undefined;
}

/** Where the labels go, and why not in some cases (then undefined). */
type Select = (
  selecting: Resource,
  spec: MapNode,
  labels: ReadonlyMap<string, string>,
  closest: Workload,
  snapshot: Snapshot,
) => readonly DocumentEdit[] | undefined;

/** The fix that selects the pods of the closest workload. A person must say that it is the one: never preferred. */
export function closestLabels(select: Select): Fix<Resource, Closest> {
  return {
    id: "closest-labels",
    title: ({ closest }) =>
      t("Select the pods of {kind} {name}", {
        kind: closest?.resource.kind ?? "",
        name: closest?.resource.called ?? "",
      }),
    preferred: false,
    edits({ closest }, selecting, snapshot) {
      const labels = closest === undefined ? undefined : identityOf(closest);
      const spec = selecting.get("spec");
      if (closest === undefined || labels === undefined || spec?.kind !== "map") return undefined;
      return select(selecting, spec, labels, closest, snapshot);
    },
  };
}
