import type { Resource } from "../model/resource.ts";
import { podMakers } from "./pod-makers.ts";
import { podOwners } from "./workload.ts";

/**
 * API groups whose resources never bring pods with labels of their own: routing, policies, certificates, secrets,
 * monitoring rules, backups, machines. `group/Kind` where only some kinds of the group are known not to. Each name is
 * the group of the project's CustomResourceDefinitions.
 */
const WITHOUT_PODS: ReadonlySet<string> = new Set([
  // Meshes, gateways, ingress controllers
  "networking.istio.io",
  "security.istio.io",
  "telemetry.istio.io",
  "extensions.istio.io",
  "appmesh.k8s.aws",
  "linkerd.io",
  "policy.linkerd.io",
  "split.smi-spec.io",
  "access.smi-spec.io",
  "specs.smi-spec.io",
  "traefik.io",
  "traefik.containo.us",
  "projectcontour.io",
  "configuration.konghq.com",
  "getambassador.io/Mapping",
  "getambassador.io/KubernetesEndpointResolver",
  "apisix.apache.org",
  "k8s.nginx.org",
  "elbv2.k8s.aws",
  // Networks
  "cilium.io",
  "crd.projectcalico.org",
  "projectcalico.org",
  "metallb.io",
  "k8s.cni.cncf.io",
  "externaldns.nginx.org",
  "k8gb.absa.oss",
  "k8gb.io",
  // Certificates, secrets, policies
  "cert-manager.io",
  "acme.cert-manager.io",
  "certmanager.k8s.io",
  "trust.cert-manager.io",
  "external-secrets.io",
  "generators.external-secrets.io",
  "bitnami.com",
  "spire.spiffe.io",
  "kyverno.io",
  "wgpolicyk8s.io",
  "templates.gatekeeper.sh",
  "constraints.gatekeeper.sh",
  "mutations.gatekeeper.sh",
  "security.openshift.io",
  "route.openshift.io",
  // Monitoring; what runs pods of it is known by kind
  "monitoring.coreos.com",
  "operator.victoriametrics.com/VMRule",
  "operator.victoriametrics.com/VMServiceScrape",
  "operator.victoriametrics.com/VMPodScrape",
  // Deployment tools
  "argoproj.io/AnalysisTemplate",
  "argoproj.io/ClusterAnalysisTemplate",
  "argoproj.io/AnalysisRun",
  "argoproj.io/AppProject",
  "flagger.app/AlertProvider",
  "flagger.app/MetricTemplate",
  "source.toolkit.fluxcd.io",
  "image.toolkit.fluxcd.io",
  "notification.toolkit.fluxcd.io",
  // Autoscaling
  "keda.sh",
  "karpenter.sh",
  "karpenter.k8s.aws",
  // Backups, machines, storage claims
  "velero.io",
  "cluster.x-k8s.io",
  "infrastructure.cluster.x-k8s.io",
  "bootstrap.cluster.x-k8s.io",
  "objectbucket.io",
]);

const KNOWN_KINDS: ReadonlySet<string> = new Set([...podMakers, ...podOwners, "flagger.app/Canary"]);

/** Whether nobody here knows if a resource brings pods: a custom resource of some operator. */
export function isUnknownKind({ group, type }: Resource): boolean {
  if (!group.includes(".") || /(?:^|\.)k8s\.io$/.test(group)) return false;
  return !KNOWN_KINDS.has(type) && !WITHOUT_PODS.has(group) && !WITHOUT_PODS.has(type);
}
