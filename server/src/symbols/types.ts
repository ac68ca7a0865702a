/** The types (`group/Kind`) that the tables of names speak of. */
const istio = (kind: string) => `networking.istio.io/${kind}`;
const gateway = (kind: string) => `gateway.networking.k8s.io/${kind}`;
const argo = (kind: string) => `argoproj.io/${kind}`;

export const SERVICE = "/Service";
export const CONFIG_MAP = "/ConfigMap";
export const SECRET = "/Secret";
export const CLAIM = "/PersistentVolumeClaim";
export const SERVICE_ACCOUNT = "/ServiceAccount";
export const DEPLOYMENT = "apps/Deployment";
export const STATEFUL_SET = "apps/StatefulSet";
export const REPLICA_SET = "apps/ReplicaSet";
export const DAEMON_SET = "apps/DaemonSet";
export const INGRESS = "networking.k8s.io/Ingress";
export const NETWORK_POLICY = "networking.k8s.io/NetworkPolicy";
export const BUDGET = "policy/PodDisruptionBudget";
export const AUTOSCALER = "autoscaling/HorizontalPodAutoscaler";
export const SCALED_OBJECT = "keda.sh/ScaledObject";
export const POD_MONITOR = "monitoring.coreos.com/PodMonitor";
export const CANARY = "flagger.app/Canary";
export const KUSTOMIZATION = "kustomize.config.k8s.io/Kustomization";

export const VIRTUAL_SERVICE = istio("VirtualService");
export const DESTINATION_RULE = istio("DestinationRule");
export const SERVICE_ENTRY = istio("ServiceEntry");
export const ISTIO_GATEWAY = istio("Gateway");
export const SIDECAR = istio("Sidecar");

export const GATEWAY = gateway("Gateway");
export const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map(gateway);

export const ROLLOUT = argo("Rollout");
export const ANALYSIS = argo("AnalysisTemplate");
export const CLUSTER_ANALYSIS = argo("ClusterAnalysisTemplate");

/** Whatever `scaleTargetRef` and the like may name; the first is the default. */
export const SCALABLE: readonly string[] = [DEPLOYMENT, STATEFUL_SET, REPLICA_SET, ROLLOUT];
