import { booleanOf, itemsOf, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { portsOf } from "../../workspace/probes.ts";
import { selectorsOf } from "../../workspace/selection.ts";
import { type TargetPort, targetPortsOf } from "../../workspace/service-ports.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type Container, servingContainers, type Workload } from "../../workspace/workload.ts";
import { isIdle, METRICS } from "./serving.ts";

/** A container that a Service spreads requests over. */
export interface DrainTarget {
  readonly container: Container;
  readonly service: Resource;
}

/**
 * The containers of a workload that a load-balancing Service sends requests to: by the ports they declare, or the only
 * one of a pod in which none is declared. Headless Services and those that keep unready pods balance nothing, a scrape
 * of metrics that fails harms nobody, and UDP knows no connection to refuse. Sidecars (init containers that stay) stop
 * after the others: what they serve is up as long as what is behind them.
 */
export function drainTargetsOf(snapshot: Snapshot, workload: Workload): readonly DrainTarget[] {
  const services = selectorsOf(snapshot, workload, "/Service").resources.filter(balances);
  const containers = servingContainers(workload);
  const own = containers.filter((container) => !container.sidecar && !isIdle(container));
  const found = own.flatMap((container) => {
    const service = services.find((each) => targetsOf(each).some((target) => listensOn(container, target)));
    return service === undefined ? [] : [{ container, service }];
  });
  const [only, ...others] = own;
  const isSilent = containers.every((container) => portsOf(container)?.length === 0);
  if (found.length > 0 || !isSilent || only === undefined || others.length > 0) return found;
  const service = services.find((each) => targetsOf(each).length > 0);
  return service === undefined ? [] : [{ container: only, service }];
}

function balances(service: Resource): boolean {
  return (
    stringOf(service.get("spec.clusterIP")) !== "None" &&
    stringOf(service.get("spec.type")) !== "ExternalName" &&
    booleanOf(service.get("spec.publishNotReadyAddresses")) !== true
  );
}

/** The TCP ports of a Service that are not there to be measured. */
function targetsOf(service: Resource): readonly TargetPort[] {
  const ports = itemsOf(service.get("spec.ports"));
  if (METRICS.test(service.name ?? "")) return [];
  return targetPortsOf(service).filter(({ target, protocol }, i) => {
    const name = stringOf(present(nodeAt(ports[i], "name"))) ?? "";
    return protocol === "TCP" && !METRICS.test(name) && !METRICS.test(String(target));
  });
}

function listensOn(container: Container, { target }: TargetPort): boolean {
  return (portsOf(container) ?? []).some(
    ({ name, number }) => (name === target || number === target) && !METRICS.test(name ?? ""),
  );
}
