import { insertEntry } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { titleOf } from "../../model/resource.ts";
import { containerPath } from "../../workspace/probes.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { livenessFor } from "./probe-suggestion.ts";
import { hasProbe, type Serving, servingOf } from "./serving.ts";

export default defineWorkloadRule<Serving>({
  id: "liveness-probe-missing",
  title: "A serving container has no liveness probe",
  severity: "info",
  types: [...servingWorkloads, "/ReplicationController", "/Pod"],
  docs: {
    why: "A process that exits is restarted; one that hangs is not, unless a liveness probe notices. It holds its replica, its memory and its locks until somebody looks.",
    how: "Asked of the same containers as readiness-probe-missing. A liveness probe restarts containers, so a wrong one does harm: it should ask only whether the process itself answers, never its dependencies, and wait longer than readiness. The fix leaves 30 s to start and always waits at least twice as long as readiness; where readiness asks a path that is named like a check of dependencies, it only connects to the port. Look at it before you apply it, and give containers that start slowly a startup probe.",
    sources: [
      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/prober/prober_manager.go",
    ],
    peers: {
      "kube-linter": "no-liveness-probe",
      "kube-score": "pod-probes",
      polaris: "livenessProbeMissing",
    },
  },
  check(workload, context) {
    const { resource } = workload;
    for (const serving of servingOf(workload, context.snapshot, "livenessProbe")) {
      const { container } = serving;
      if (hasProbe(container, "livenessProbe")) continue;
      if (context.snapshot.layout.isPatched(resource, containerPath(workload, container, "livenessProbe")))
        continue;
      context.report(
        resource.locate(titleOf(container.node)),
        t(
          "Container {container} has no liveness probe: when its process hangs without exiting, nothing restarts it.",
          { container: container.name ?? "" },
        ),
        serving,
      );
    }
  },
  fixes: [
    {
      id: "add-liveness-probe",
      title: ({ container, port }) => {
        const suggestion = livenessFor(container, port);
        if (suggestion?.like === "readinessProbe")
          return t("Add a liveness probe that asks what readiness asks, and waits longer");
        if (suggestion?.like === "startupProbe") return t("Add a liveness probe that asks what startup asks");
        return t("Add a liveness probe that connects to port {port}", { port: suggestion?.port ?? "" });
      },
      // A liveness probe that is wrong for the application restarts it for ever.
      preferred: false,
      edits({ container, port }, { resource: { document } }) {
        const suggestion = livenessFor(container, port);
        if (suggestion === undefined) return undefined;
        return [
          insertEntry(document, container.node, "livenessProbe", suggestion.value, {
            before: ["readinessProbe"],
            after: ["startupProbe", "ports", "args", "command", "image"],
          }),
        ];
      },
    },
  ],
});
