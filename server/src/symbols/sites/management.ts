import type { UseSite } from "../targets.ts";
import * as type from "../types.ts";
import { resource, scaled } from "./common.ts";

const bindings = ["RoleBinding", "ClusterRoleBinding"].map((kind) => `rbac.authorization.k8s.io/${kind}`);

/** Where autoscalers, bindings and kustomizations use names (KEDA apis/keda/v1alpha1, flagger pkg/apis/flagger/v1beta1). */
export const managementUses: readonly UseSite[] = [
  { in: [type.AUTOSCALER, type.SCALED_OBJECT], at: ["spec.scaleTargetRef.name"], to: scaled },
  { in: ["autoscaling.k8s.io/VerticalPodAutoscaler"], at: ["spec.targetRef.name"], to: scaled },
  { in: [type.ROLLOUT], at: ["spec.workloadRef.name"], to: scaled },
  { in: [type.CANARY], at: ["spec.targetRef.name"], to: scaled },
  {
    in: [type.CANARY],
    at: ["spec.autoscalerRef.name"],
    to: resource([type.AUTOSCALER, type.SCALED_OBJECT], {
      typeAt: { kind: "kind", apiVersion: "apiVersion" },
    }),
  },

  {
    in: bindings,
    at: ["subjects[].name"],
    to: resource([type.SERVICE_ACCOUNT], { typeAt: { kind: "kind" }, namespaceAt: "namespace" }),
  },
  {
    in: bindings,
    at: ["roleRef.name"],
    to: resource(["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], {
      typeAt: { kind: "kind", group: "apiGroup" },
    }),
  },

  {
    in: [type.KUSTOMIZATION],
    at: ["replicas[].name"],
    to: resource(type.SCALABLE),
  },
  {
    in: [type.KUSTOMIZATION],
    at: ["patches[].target.name", "patchesJson6902[].target.name"],
    to: resource(type.SCALABLE, { typeAt: { kind: "kind", group: "group" } }),
  },
];
