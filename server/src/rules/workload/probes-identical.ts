import type { DocumentEdit } from "../../fixes/edit.ts";
import { setIn } from "../../fixes/yaml-edit.ts";
import type { SourceDocument } from "../../model/document.ts";
import { t } from "../../model/message.ts";
import { entryOf, type MapNode, nodeAt, stringOf } from "../../model/node.ts";
import { contains } from "../../model/range.ts";
import {
  checkOf,
  containerPath,
  describeCheck,
  detectionSeconds,
  type Probe,
  probeOf,
} from "../../workspace/probes.ts";
import { servingContainers } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { patientThreshold } from "./probe-timing.ts";

interface Payload {
  readonly liveness: Probe;
  readonly readiness: Probe;
  /** What makes liveness wait at least twice as long as readiness. */
  readonly failureThreshold: number;
}

export default defineWorkloadRule<Payload>({
  id: "probes-identical",
  title: "Liveness and readiness are the same check",
  severity: "warning",
  types: [...servingWorkloads, "/ReplicationController", "/Pod"],
  docs: {
    why: "Readiness takes an overloaded pod out of the load balancer so that it can recover; liveness kills it. When both ask the same thing and liveness gives up no later, an overload restarts the pods instead: caches are cold, the remaining pods get the load as well, and the outage spreads.",
    how: "Let liveness be the slower one (a higher `failureThreshold`), or let it ask something that only a hung process fails: whether the server answers at all, without its dependencies. The same check twice is fine as long as liveness waits longer: period × failureThreshold + timeout is compared, after defaulting.",
    sources: [
      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/v1/defaults.go",
    ],
    peers: { "kube-score": "pod-probes-identical" },
  },
  check(workload, context) {
    for (const container of servingContainers(workload)) {
      const liveness = probeOf(container, "livenessProbe");
      const readiness = probeOf(container, "readinessProbe");
      if (liveness === undefined || readiness === undefined) continue;
      const check = checkOf(liveness, container);
      if (check === undefined || check !== checkOf(readiness, container)) continue;
      const [restart, unready] = [detectionSeconds(liveness), detectionSeconds(readiness)];
      if (restart === undefined || unready === undefined || restart > unready) continue;
      const failureThreshold = patientThreshold(liveness, readiness);
      const isPatched = (key: string) =>
        context.snapshot.layout.isPatched(workload.resource, containerPath(workload, container, key));
      if (failureThreshold === undefined || isPatched("livenessProbe") || isPatched("readinessProbe"))
        continue;
      context.report(
        workload.resource.locate(entryOf(container.node, "livenessProbe")?.key ?? liveness.node),
        t(
          "Liveness asks the same as readiness ({check}) and gives up after {restart} s, readiness after {unready} s: an overloaded pod is restarted instead of being relieved of traffic.",
          { check: describeCheck(liveness), restart, unready },
        ),
        { liveness, readiness, failureThreshold },
        { evidence: [liveness.node, readiness.node] },
      );
    }
  },
  fixes: [
    {
      id: "slower-liveness",
      title: ({ failureThreshold }) =>
        t("Set the liveness probe's failureThreshold to {failureThreshold}", { failureThreshold }),
      preferred: true,
      edits: ({ liveness, readiness, failureThreshold }, { resource: { document } }) =>
        withOverrides(document, liveness, readiness, failureThreshold),
    },
    {
      id: "other-path",
      title: () => t("Let liveness ask /livez, which the application has to serve"),
      preferred: false,
      needsConfirmation: true,
      edits({ liveness, readiness }, { resource: { document } }) {
        const { handler, node } = liveness;
        if (handler?.name !== "httpGet" || handler.node.kind !== "map") return undefined;
        if (isAlias(node) || isAlias(handler.node) || sharesText(liveness, readiness)) return undefined;
        if (stringOf(nodeAt(handler.node, "path")) === "/livez") return undefined;
        return setIn(document, handler.node, ["path"], "/livez", { before: ["port"] });
      },
    },
  ],
});

/** Raises liveness' failureThreshold; a readiness probe that is written by the same anchor keeps its own. */
function withOverrides(
  document: SourceDocument,
  liveness: Probe,
  readiness: Probe,
  failureThreshold: number,
): readonly DocumentEdit[] {
  if (isAlias(liveness.node)) return [override(document, liveness.node, failureThreshold)];
  const edits = setIn(document, liveness.node, ["failureThreshold"], failureThreshold, { after: TIMING });
  return isAlias(readiness.node) && sharesText(liveness, readiness)
    ? [...edits, override(document, readiness.node, readiness.failureThreshold ?? 3)]
    : edits;
}

const TIMING = [
  "periodSeconds",
  "timeoutSeconds",
  "initialDelaySeconds",
  "httpGet",
  "tcpSocket",
  "grpc",
  "exec",
];

/** `*probe` becomes `{ <<: *probe, failureThreshold: 6 }`. */
function override(document: SourceDocument, alias: MapNode, failureThreshold: number): DocumentEdit {
  const name = document.text.slice(alias.range.start, alias.range.end);
  return {
    document,
    range: alias.range,
    newText: `{ <<: ${name}, failureThreshold: ${failureThreshold} }`,
  };
}

/** Written elsewhere: the node stands at the alias, its entries at the anchor. */
function isAlias(node: MapNode): boolean {
  return node.entries.some(({ key, inherited }) => !inherited && !contains(node.range, key.range));
}

/** Whether an edit of liveness would change readiness too. */
function sharesText(liveness: Probe, readiness: Probe): boolean {
  return [readiness.node, ...readiness.node.entries.map(({ value }) => value)].some(
    (node) => node.kind === "map" && node.entries.some(({ key }) => contains(liveness.node.range, key.range)),
  );
}
