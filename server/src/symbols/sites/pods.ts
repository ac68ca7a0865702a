import { podOwners } from "../../workspace/workload.ts";
import type { UseSite } from "../targets.ts";
import * as type from "../types.ts";
import { resource, service } from "./common.ts";

const probes = ["startupProbe", "readinessProbe", "livenessProbe"].map((probe) => `@containers.${probe}`);
const hooks = ["postStart", "preStop"].map((hook) => `@containers.lifecycle.${hook}`);
const secret = resource([type.SECRET]);

/** Where pods and what serves them use names of ports, volumes and configuration (kubernetes pkg/apis/core). */
export const podUses: readonly UseSite[] = [
  {
    in: podOwners,
    at: [...probes, ...hooks].flatMap((check) => [`${check}.httpGet.port`, `${check}.tcpSocket.port`]),
    to: { sort: "containerPort", of: { by: "same" } },
  },
  {
    in: [type.SERVICE],
    at: ["spec.ports[].targetPort"],
    to: { sort: "containerPort", of: { by: "selector", at: "spec.selector" } },
  },
  {
    in: [type.POD_MONITOR],
    at: ["spec.podMetricsEndpoints[].port"],
    to: { sort: "containerPort", of: { by: "selector", at: "spec.selector" } },
  },
  {
    in: [type.NETWORK_POLICY],
    at: ["spec.ingress[].ports[].port"],
    to: { sort: "containerPort", of: { by: "selector", at: "spec.podSelector" } },
  },

  {
    in: podOwners,
    at: [
      "@pod.volumes[].configMap.name",
      "@pod.volumes[].projected.sources[].configMap.name",
      "@containers.env[].valueFrom.configMapKeyRef.name",
      "@containers.envFrom[].configMapRef.name",
    ],
    to: resource([type.CONFIG_MAP]),
  },
  {
    in: podOwners,
    at: [
      "@pod.volumes[].secret.secretName",
      "@pod.volumes[].projected.sources[].secret.name",
      "@containers.env[].valueFrom.secretKeyRef.name",
      "@containers.envFrom[].secretRef.name",
      "@pod.imagePullSecrets[].name",
    ],
    to: secret,
  },
  { in: podOwners, at: ["@pod.volumes[].persistentVolumeClaim.claimName"], to: resource([type.CLAIM]) },
  {
    in: podOwners,
    at: ["@pod.serviceAccountName", "@pod.serviceAccount"],
    to: resource([type.SERVICE_ACCOUNT]),
  },
  {
    in: podOwners,
    at: ["@pod.priorityClassName"],
    to: resource(["scheduling.k8s.io/PriorityClass"]),
  },
  {
    in: podOwners,
    at: ["@containers.volumeMounts[].name"],
    to: { sort: "volume", of: { by: "same" } },
  },
  { in: [type.STATEFUL_SET], at: ["spec.serviceName"], to: service },
];
