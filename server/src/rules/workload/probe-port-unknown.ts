import { replaceValue } from "../../fixes/yaml-edit.ts";
import type { SourceDocument } from "../../model/document.ts";
import { type Message, t } from "../../model/message.ts";
import { entryOf, nodeAt, present, type ScalarNode } from "../../model/node.ts";
import { closest } from "../../text/closest.ts";
import {
  type ContainerPort,
  containerPath,
  PROBE_NAMES,
  type ProbeName,
  portsOf,
  probeOf,
} from "../../workspace/probes.ts";
import { type Container, servingContainers, type Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";

interface Payload {
  readonly node: ScalarNode;
  /** What is meant, as it should be written; undefined when nothing is near. */
  readonly meant: string | number | undefined;
  readonly certain: boolean;
}

export default defineWorkloadRule<Payload>({
  id: "probe-port-unknown",
  title: "A probe asks a port that its container does not declare",
  severity: "error",
  types: [...servingWorkloads, "/ReplicationController", "/Pod", "batch/Job", "batch/CronJob"],
  judges: ["complete", "template"],
  docs: {
    why: "The kubelet looks a probe's port name up among the ports of the same container, not of its neighbours or of the Service. Without a match the probe is never carried out: a readiness probe leaves the pod out of every Service for ever, a startup probe never lets it start, and a liveness probe silently checks nothing.",
    how: "Name one of the container's own ports, or write the number. A number in quotes is a port name to Kubernetes, and the API server refuses names without a letter. In charts a container is judged when it writes out all of its ports.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/probe/util.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/prober/worker.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go",
    ],
    peers: { "kube-linter": ["liveness-port", "readiness-port", "startup-port"] },
  },
  check(workload, context) {
    const { resource } = workload;
    for (const container of servingContainers(workload)) {
      for (const probe of PROBE_NAMES) {
        const node = portNodeOf(container, probe);
        if (node === undefined) continue;
        const isPatched = (key: string) =>
          context.snapshot.layout.isPatched(resource, containerPath(workload, container, key));
        if (isPatched("ports") || isPatched(probe)) continue;
        if (mayBringPorts(container, resource.document)) continue;
        const problem = problemOf(node, container, probe, nameOf(container, resource.document));
        if (problem !== undefined)
          context.report(resource.locate(node), problem.message, { node, ...problem });
      }
    }
  },
  fixes: [
    {
      id: "nearest-port",
      title: ({ meant }) => t("Ask port {port}", { port: meant ?? "" }),
      preferred: ({ certain }) => certain,
      edits: ({ node, meant }: Payload, { resource }: Workload) =>
        meant === undefined ? undefined : [replaceValue(resource.document, node, meant)],
    },
  ],
});

/** The port of an HTTP or TCP probe when it is written as a name; gRPC takes numbers only. */
function portNodeOf(container: Container, name: ProbeName): ScalarNode | undefined {
  const handler = probeOf(container, name)?.handler;
  if (handler?.name !== "httpGet" && handler?.name !== "tcpSocket") return undefined;
  const node = present(nodeAt(handler.node, "port"));
  return node?.kind === "scalar" && typeof node.value === "string" && !node.unknown ? node : undefined;
}

function problemOf(
  node: ScalarNode,
  container: Container,
  probe: ProbeName,
  name: string,
): (Omit<Payload, "node"> & { readonly message: Message }) | undefined {
  const port = node.source;
  if (/^\d+$/.test(port)) {
    return {
      message: t(
        "Port “{port}” is text, so Kubernetes takes it for a port name, and the API server refuses a name without a letter. Write the number without quotes.",
        { port },
      ),
      meant: Number(port) >= 1 && Number(port) <= 65535 ? Number(port) : undefined,
      certain: true,
    };
  }
  const ports = portsOf(container);
  if (ports === undefined || ports.some((each) => each.name === port)) return undefined;
  return { message: MESSAGES[probe]({ port, container: name }), ...guess(port, ports) };
}

/** Whether a template writes some of the container's ports, or may write a list of them. */
function mayBringPorts({ node }: Container, document: SourceDocument): boolean {
  if (document.masks.length === 0) return false;
  const entry = entryOf(node, "ports");
  if (entry?.value.kind !== "seq") return document.hasTemplateStructure;
  const { key, value } = entry;
  const isBlank = (start: number, end: number) => document.text.slice(start, end).trim() === "";
  return (
    document.isMasked(value.range) ||
    document.masks.some(
      ({ kind, start, end }) =>
        kind === "structure" &&
        (end <= key.range.start ? isBlank(end, key.range.start) : isBlank(value.range.end, start)),
    )
  );
}

/** The container's name, as it is written where a template makes it. */
function nameOf({ name, node }: Container, document: SourceDocument): string {
  const written = nodeAt(node, "name");
  return name ?? (written === undefined ? "" : document.text.slice(written.range.start, written.range.end));
}

/** A single name that is nearly the same is a slip of the pen; a single port of another name needs a second look. */
function guess(port: string, ports: readonly ContainerPort[]): Pick<Payload, "meant" | "certain"> {
  const near = ports.flatMap(({ name }) =>
    name !== undefined && closest(port, [name]) === name ? [name] : [],
  );
  if (near.length > 0) return { meant: closest(port, near), certain: near.length === 1 };
  const [only, ...others] = ports.filter(({ protocol }) => protocol === "TCP");
  return { meant: others.length === 0 ? (only?.name ?? only?.number) : undefined, certain: false };
}

const MESSAGES: Readonly<Record<ProbeName, (values: { port: string; container: string }) => Message>> = {
  readinessProbe: (values) =>
    t(
      "Container {container} declares no port “{port}”, so this readiness probe never runs: the pod never becomes ready and no Service ever sends it traffic.",
      values,
    ),
  livenessProbe: (values) =>
    t(
      "Container {container} declares no port “{port}”, so this liveness probe never runs: a container that hangs is not restarted.",
      values,
    ),
  startupProbe: (values) =>
    t(
      "Container {container} declares no port “{port}”, so this startup probe never runs: the container never counts as started and never becomes ready.",
      values,
    ),
};
