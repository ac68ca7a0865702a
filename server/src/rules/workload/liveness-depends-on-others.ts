import { type Message, t } from "../../model/message.ts";
import { nodeAt } from "../../model/node.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { type Dependency, dependencyOf } from "./liveness-target.ts";
import { probesOf } from "./workload-probes.ts";

export default defineWorkloadRule({
  id: "liveness-depends-on-others",
  title: "Liveness that depends on others",
  severity: "info",
  types: [...servingWorkloads, "/ReplicationController", "/Pod"],
  docs: {
    why: "A failed liveness probe restarts the container. That helps when the process itself is stuck, and harms when something that it depends on is down: every pod fails its probe at the same time, all are restarted over and over, none is warm when the dependency is back, and one outage has become two.",
    how: "Ask something that only this process answers for: `/livez`, `/healthz/live`, a connection to its port. Leave dependencies to readiness. Reported are probes that ask another host or a neighbour's port, and paths that by their name answer for more than the process (`/deep`, `/dependencies`, `/health/db`, Spring Boot's `/actuator/health`), or for readiness (`/ready`). One path for both probes of a container is common and left to probes-identical, unless a neighbour's readiness asks it too.",
    sources: [
      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
      "https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.kubernetes-probes",
    ],
  },
  check(workload, context) {
    for (const { container, probe, location } of probesOf(context.snapshot, workload, ["livenessProbe"])) {
      const dependency = dependencyOf(context.snapshot, workload, container, probe);
      if (dependency === undefined) continue;
      const { handler } = probe;
      const at = nodeAt(handler?.node, FIELDS[dependency.kind]);
      context.report(
        at === undefined ? location : workload.resource.locate(at),
        messageOf(dependency, container.name ?? ""),
        undefined,
        { evidence: [probe.node] },
      );
    }
  },
});

/** The field of the probe's handler that says so. */
const FIELDS: Readonly<Record<Dependency["kind"], string>> = {
  host: "host",
  neighbour: "port",
  path: "path",
};

function messageOf(dependency: Dependency, container: string): Message {
  switch (dependency.kind) {
    case "host":
      return t(
        "Liveness of container {container} asks {host}, not the container itself: when that fails, all pods are restarted although nothing is wrong with them. Ask the container's own port.",
        { container, host: dependency.host },
      );
    case "neighbour":
      return t(
        "Liveness of container {container} asks port {port}, which container {neighbour} declares: when that one fails, this one is restarted, which mends nothing. Ask the container's own port.",
        { container, port: dependency.port, neighbour: dependency.container },
      );
    case "path":
      return dependency.neighbour === undefined
        ? t(
            "Liveness of container {container} asks {path}, which by its name answers for more than the process: when a dependency fails, all pods are restarted together. Ask a path that only says that the process answers.",
            { container, path: dependency.path },
          )
        : t(
            "Liveness of container {container} asks {path}, as readiness of container {neighbour} does: when a dependency fails, all pods are restarted together. Ask a path that only says that the process answers.",
            { container, path: dependency.path, neighbour: dependency.neighbour },
          );
  }
}
