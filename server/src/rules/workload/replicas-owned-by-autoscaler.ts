import { removeEntry } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { autoscalerTypes, minimumOf, scaledBy, scalersOf, scalesFromZero } from "../../workspace/replicas.ts";
import { isTogether } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";

interface Payload {
  /** Several builds take the manifest in, and perhaps not all of them bring the autoscaler. */
  readonly isShared: boolean;
}

export default defineWorkloadRule<Payload>({
  id: "replicas-owned-by-autoscaler",
  title: "A fixed number of replicas beside an autoscaler",
  severity: "info",
  types: [...scalableWorkloads, "/ReplicationController"],
  docs: {
    why: "Two parties write the same field: the autoscaler, and whoever applies the manifest. Every deployment sets the number of pods back to what the manifest says, at the peak too, and the autoscaler needs minutes to get back to where it was; a GitOps controller that corrects drift does so all the time.",
    how: "Leave `replicas` out. Take care with a workload that is live: when the field disappears from a manifest that `kubectl apply` manages on the client side, Kubernetes sets it to 1 once, until the autoscaler raises it. Run `kubectl apply edit-last-applied` first, or move to server-side apply and hand the field over. That is why the fix asks. `replicas: 0` switches an HPA off and is not reported beside one; KEDA starts the pods again at its next look.",
    sources: [
      "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
      "https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership",
    ],
    peers: { "kube-score": "deployment-targeted-by-hpa-does-not-have-replicas-configured" },
  },
  check(workload, context) {
    const { snapshot } = context;
    const { resource, declaredReplicas } = workload;
    if (declaredReplicas.state !== "known" || declaredReplicas.value < 0) return;
    if (snapshot.layout.isPatched(resource, "spec.replicas")) return;
    const autoscaler = ownerOf(snapshot, workload);
    if (autoscaler === undefined) return;
    if (declaredReplicas.value === 0 && !scalesFromZero(autoscaler)) return;
    const minimum = minimumOf(snapshot, autoscaler);
    const values = {
      replicas: declaredReplicas.value,
      kind: autoscaler.kind,
      name: autoscaler.called,
    };
    context.report(
      resource.at("spec.replicas"),
      minimum !== undefined && declaredReplicas.value < minimum
        ? t(
            "{kind} {name} decides how many pods there are, and never fewer than {minimum}; each time this is applied it goes down to {replicas} until the autoscaler raises it again. Remove replicas.",
            { ...values, minimum },
          )
        : t(
            "{kind} {name} decides how many pods there are; each time this is applied it goes back to {replicas}, whatever the load. Remove replicas.",
            values,
          ),
      { isShared: snapshot.layout.bundlesOf(resource.document.uri).length > 1 },
      { related: [{ location: autoscaler.title, message: t("The autoscaler of this workload") }] },
    );
  },
  fixes: [
    {
      id: "remove-replicas",
      title: () => t("Remove replicas, which the autoscaler decides"),
      // Applied on the client side, a live workload would go down to one pod for a moment.
      preferred: false,
      needsConfirmation: ({ isShared }) => isShared,
      edits(_, { resource }) {
        const spec = resource.get("spec");
        const edit = spec?.kind === "map" ? removeEntry(resource.document, spec, "replicas") : undefined;
        return edit === undefined ? undefined : [edit];
      },
    },
  ],
});

/** The one autoscaler that means this workload and not a namesake in another environment. */
function ownerOf(snapshot: Snapshot, workload: Workload): Resource | undefined {
  const autoscalers = scalersOf(snapshot, workload).filter(
    (scaler) => autoscalerTypes.includes(scaler.type) && scaledBy(snapshot, scaler).includes(workload),
  );
  const near = autoscalers.filter((autoscaler) => isTogether(snapshot, workload.resource, autoscaler));
  return near[0] ?? (autoscalers.length === 1 ? autoscalers[0] : undefined);
}
