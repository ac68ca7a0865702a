import { insertEntry } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { type Resource, titleOf } from "../../model/resource.ts";
import { containerPath } from "../../workspace/probes.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { httpReadinessFor, readinessFor, type Suggestion } from "./probe-suggestion.ts";
import { hasProbe, type Serving, servingOf } from "./serving.ts";

export default defineWorkloadRule<Serving>({
  id: "readiness-probe-missing",
  title: "A serving container has no readiness probe",
  severity: "warning",
  types: [...servingWorkloads, "/ReplicationController", "/Pod"],
  docs: {
    why: "Without a readiness probe a pod counts as ready as soon as its process runs. Every rollout, scale-up and restart sends requests to pods that cannot answer yet, a rolling update replaces healthy pods by broken ones without noticing, and a pod that hangs stays in the load balancer.",
    how: "Asked of containers with ports, sidecars (init containers with `restartPolicy: Always`) included, and of the main container where a Service selects pods that declare none and do more than sleep. Ordinary init containers, Jobs, pods that run to completion and sidecars with nothing but a metrics port are left alone. The fix asks what another probe of the container asks already, only quicker; else it connects to the port. It is applied without a question when that other probe, or a Service that sends traffic to a declared port, shows that something answers there.",
    sources: [
      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/prober/prober_manager.go",
    ],
    peers: {
      "kube-linter": "no-readiness-probe",
      "kube-score": "pod-probes",
      polaris: "readinessProbeMissing",
    },
  },
  check(workload, context) {
    const { resource } = workload;
    for (const serving of servingOf(workload, context.snapshot, "readinessProbe")) {
      const { container } = serving;
      if (hasProbe(container, "readinessProbe")) continue;
      if (context.snapshot.layout.isPatched(resource, containerPath(workload, container, "readinessProbe")))
        continue;
      context.report(resource.locate(titleOf(container.node)), messageOf(serving, resource), serving);
    }
  },
  fixes: [
    {
      id: "add-readiness-probe",
      title: ({ container, port }) => titleOfFix(readinessFor(container, port)),
      preferred: ({ container, port }) =>
        readinessFor(container, port)?.like !== undefined || port?.targeted === true,
      edits: ({ container, port }, { resource: { document } }) => {
        const suggestion = readinessFor(container, port);
        if (suggestion === undefined) return undefined;
        return [insertEntry(document, container.node, "readinessProbe", suggestion.value, PLACE)];
      },
    },
    {
      id: "add-http-readiness-probe",
      title: ({ port }) =>
        t("Add a readiness probe that gets / from port {port}, which the application has to answer", {
          port: port?.value ?? "",
        }),
      preferred: false,
      needsConfirmation: true,
      edits: ({ container, port }, { resource: { document } }) => {
        const suggestion = httpReadinessFor(port);
        if (suggestion === undefined || hasProbe(container, "livenessProbe")) return undefined;
        return [insertEntry(document, container.node, "readinessProbe", suggestion.value, PLACE)];
      },
    },
  ],
});

const PLACE = { after: ["livenessProbe", "startupProbe", "ports", "args", "command", "image"] };

function messageOf({ container, services }: Serving, { kind }: Resource): Message {
  const [service] = services;
  if (service === undefined && kind === "Pod")
    return t(
      "Container {container} has no readiness probe: its pod counts as ready before it can answer, and goes on doing so when it hangs.",
      { container: container.name ?? "" },
    );
  return service?.name === undefined
    ? t(
        "Container {container} has no readiness probe: its pods count as ready before they can answer, and a rollout replaces working pods by ones that may never work.",
        { container: container.name ?? "" },
      )
    : t(
        "Container {container} has no readiness probe: Service {service} sends requests to its pods before they can answer, and keeps sending them to one that hangs.",
        { container: container.name ?? "", service: service.name },
      );
}

function titleOfFix(suggestion: Suggestion | undefined): Message {
  if (suggestion?.like === "livenessProbe")
    return t("Add a readiness probe that asks what liveness asks, and gives up sooner");
  if (suggestion?.like === "startupProbe") return t("Add a readiness probe that asks what startup asks");
  return t("Add a readiness probe that connects to port {port}", { port: suggestion?.port ?? "" });
}
