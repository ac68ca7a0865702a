import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { formatSelector, type Selector, selectorOf } from "../../model/selector.ts";
import { portsOf } from "../../workspace/probes.ts";
import { namespaceOf } from "../../workspace/scope.ts";
import { selectorsOf } from "../../workspace/selection.ts";
import { targetPortsOf } from "../../workspace/service-ports.ts";
import { likeliest } from "../../workspace/similarity.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { servingContainers, type Workload } from "../../workspace/workload.ts";
import { inOtherNamespaces } from "./other-namespace.ts";

/** What makes a finding about a Service without pods: its sentence, and the workload that is most likely meant. */
export interface Verdict {
  readonly message: Message;
  readonly closest: Workload | undefined;
}

/** A workload that the Service names in one way or another, or the only one without a Service that listens where it sends. */
function closestOf(
  snapshot: Snapshot,
  service: Resource,
  selector: Selector,
  beside: readonly Workload[],
): Workload | undefined {
  const best = likeliest(selector, service.name, beside);
  if (best?.meant === true) return best.workload;
  const [only, ...others] = beside.filter((workload) => {
    const services = selectorsOf(snapshot, workload, "/Service");
    return !services.uncertain && services.resources.length === 0 && listensFor(workload, service);
  });
  return others.length === 0 ? only : undefined;
}

function listensFor(workload: Workload, service: Resource): boolean {
  const targets = targetPortsOf(service);
  return servingContainers(workload).some((container) =>
    portsOf(container)?.some(({ name, number }) =>
      targets.some(({ target }) => target === name || target === number),
    ),
  );
}

/** The finding when the pods are there, but in another namespace, which no selector reaches. */
export function elsewhere(snapshot: Snapshot, service: Resource, selector: Selector): Verdict | undefined {
  const [found] = inOtherNamespaces(snapshot, service, selector);
  if (found === undefined) return undefined;
  const { resource } = found;
  return {
    closest: undefined,
    message: t(
      "The pods of {kind} {name}, which carry {selector}, are in namespace {there}; Service {service} in {here} reaches none of them, has no endpoints, and every request to it fails. Put it into namespace {there}.",
      {
        kind: resource.kind,
        name: resource.called,
        selector: formatSelector(selector),
        service: service.called,
        there: namespaceOf(snapshot, resource) ?? "default",
        here: namespaceOf(snapshot, service) ?? "default",
      },
    ),
  };
}

/** The finding when no pod anywhere has the labels. */
export function nowhere(
  snapshot: Snapshot,
  service: Resource,
  selector: Selector,
  beside: readonly Workload[],
): Verdict {
  const closest = closestOf(snapshot, service, selector, beside);
  const values = { service: service.called, selector: formatSelector(selector) };
  if (closest?.podLabels === undefined) {
    return {
      closest,
      message: t(
        "Service {service} asks for {selector}, which no pod template in this workspace carries, including the {count} deployed together with it: it has no endpoints, and every request to it fails. Select labels of the pods that it is meant for, or remove it.",
        { ...values, count: beside.length },
      ),
    };
  }
  const { kind, called: name } = closest.resource;
  return {
    closest,
    message: t(
      "No pod template in this workspace carries {selector}, so Service {service} has no endpoints and every request to it fails. The closest is {kind} {name}, whose pods carry {labels}.",
      { ...values, kind, name, labels: formatSelector(selectorOf(closest.podLabels)) },
    ),
  };
}
