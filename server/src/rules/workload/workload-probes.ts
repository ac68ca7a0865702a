import type { SourceDocument } from "../../model/document.ts";
import { entryOf, type MapNode } from "../../model/node.ts";
import type { Location } from "../../model/resource.ts";
import { containerPath, type Probe, type ProbeName, probeOf } from "../../workspace/probes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type Container, servingContainers, type Workload } from "../../workspace/workload.ts";

/** A probe of a container and where to show what is wrong with it. */
export interface FoundProbe {
  readonly container: Container;
  readonly probe: Probe;
  readonly location: Location;
}

/** The probes of these names that a workload's containers have as they are written here, whatever an overlay decides left out. */
export function probesOf(
  snapshot: Snapshot,
  workload: Workload,
  names: readonly ProbeName[],
): readonly FoundProbe[] {
  const { resource } = workload;
  return servingContainers(workload).flatMap((container) =>
    names.flatMap((name) => {
      const probe = probeOf(container, name);
      if (probe === undefined) return [];
      if (snapshot.layout.isPatched(resource, containerPath(workload, container, name))) return [];
      const key = entryOf(container.node, name)?.key ?? probe.node;
      return [{ container, probe, location: resource.locate(key) }];
    }),
  );
}

/**
 * The map of a probe, when an edit of it changes nothing else. Undefined for an alias, and for an anchor, which
 * other probes may repeat.
 */
export function ownMapOf(document: SourceDocument, { container, probe }: FoundProbe): MapNode | undefined {
  const entry = entryOf(container.node, probe.name);
  if (entry === undefined || entry.inherited || entry.value.kind !== "map") return undefined;
  const between = document.text.slice(entry.key.range.end, entry.value.range.start);
  const isAlias = document.text[entry.value.range.start] === "*";
  return isAlias || between.includes("&") ? undefined : entry.value;
}
