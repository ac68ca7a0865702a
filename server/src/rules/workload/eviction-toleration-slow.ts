import { type Message, t } from "../../model/message.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";
import { NODE_LOSS_TAINTS, staysFor } from "./node-loss.ts";

export default defineWorkloadRule<void, { readonly maximumSeconds: number }>({
  id: "eviction-toleration-slow",
  title: "Pods stay bound to a lost node for long",
  severity: "info",
  types: scalableWorkloads,
  needsWholeWorkspace: true,
  options: {
    maximumSeconds: {
      default: 300,
      description:
        "How many seconds pods may stay bound to a node that is lost before they are replaced. Below 300, pods that state nothing are reported too.",
      minimum: 0,
    },
  },
  docs: {
    why: "A node that does not report is marked NotReady after 40 to 50 seconds and tainted `node.kubernetes.io/unreachable` or `not-ready`. Its pods count as running there as long as they tolerate the taint, 300 seconds if they state nothing, and only then are they replaced. A longer toleration, or one without tolerationSeconds (for ever), leaves the workload short of these replicas for all that time; `operator: Exists` without a key tolerates everything, this included.",
    how: "State tolerationSeconds for both taints, or narrow the toleration to the taints it is meant for. Where several tolerations match, the shortest counts. DaemonSets tolerate both for ever by design and are left alone. Set `maximumSeconds` to what your recovery objective allows.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/plugin/pkg/admission/defaulttolerationseconds/admission.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/tainteviction/taint_eviction.go",
    ],
  },
  check(workload, context) {
    const { snapshot, options } = context;
    const { resource } = workload;
    const replicas = effectiveReplicas(snapshot, workload);
    const isPatched = snapshot.layout.isPatched(resource, podSpecPath(workload, "tolerations"));
    if (replicas?.highest === 0 || isPatched) return;
    const reported = new Set<number | undefined>();
    for (const taint of NODE_LOSS_TAINTS) {
      const stay = staysFor(workload, taint);
      if (stay === undefined || stay.seconds <= options.maximumSeconds || reported.has(stay.index)) continue;
      // One toleration may be for both taints.
      reported.add(stay.index);
      const at =
        stay.index === undefined
          ? resource.title
          : resource.at([...podSpecPath(workload, "tolerations"), stay.index, "tolerationSeconds"]);
      context.report(at, messageOf(taint, stay.seconds, stay.index === undefined, options.maximumSeconds));
    }
  },
});

function messageOf(taint: string, seconds: number, byDefault: boolean, maximum: number): Message {
  if (byDefault)
    return t(
      "After the loss of a node its pods count as running there for {seconds} s more, the default, and only then are they replaced; the objective is {maximum} s. State tolerationSeconds for node.kubernetes.io/not-ready and unreachable.",
      { seconds, maximum },
    );
  return seconds === Number.POSITIVE_INFINITY
    ? t(
        "This toleration holds against {taint} for ever: after the loss of a node its pods count as running there and are not replaced until somebody deletes them. State tolerationSeconds of at most {maximum}, or the taints that it is meant for.",
        { taint, maximum },
      )
    : t(
        "After the loss of a node its pods count as running there for {seconds} s, and only then are they replaced; the objective is {maximum} s. Lower tolerationSeconds.",
        { seconds, maximum },
      );
}
