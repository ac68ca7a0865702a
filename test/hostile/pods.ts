import fc from "fast-check";
import { count, few, port, selector, word } from "./values.ts";

const probe = fc.record(
  {
    httpGet: fc.record({ path: fc.constantFrom("/", "/healthz", "/ready"), port }),
    tcpSocket: fc.record({ port }),
    grpc: fc.record({ port }),
    exec: fc.record({ command: few(word) }),
    periodSeconds: count,
    failureThreshold: count,
    initialDelaySeconds: count,
  },
  { requiredKeys: [] },
);
const container = fc.record(
  {
    name: word,
    image: fc.constantFrom("web:1", "quay.io/coreos/etcd:v3.5", "zookeeper", "consul", "istio-proxy", ""),
    command: few(
      fc.constantFrom(
        "etcd",
        "--initial-cluster=a=http://a,b=http://b",
        "--name",
        "server",
        "-bootstrap-expect=2",
      ),
    ),
    ports: few(
      fc.record({ name: fc.constantFrom("http", "grpc", ""), containerPort: port }, { requiredKeys: [] }),
    ),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    restartPolicy: fc.constantFrom("Always", "Never"),
  },
  { requiredKeys: ["name", "image"] },
);
const topologyKey = fc.constantFrom("kubernetes.io/hostname", "topology.kubernetes.io/zone", "");
const podTerm = fc.record({ topologyKey, labelSelector: selector }, { requiredKeys: [] });
const antiAffinity = fc.record(
  {
    requiredDuringSchedulingIgnoredDuringExecution: few(podTerm),
    preferredDuringSchedulingIgnoredDuringExecution: few(
      fc.record({ weight: count, podAffinityTerm: podTerm }),
    ),
  },
  { requiredKeys: [] },
);
const nodeDemand = fc.record({
  key: fc.constantFrom("kubernetes.io/hostname", "metadata.name", "disk"),
  operator: fc.constantFrom("In", "NotIn"),
  values: few(fc.constantFrom("a", "b")),
});
const nodeAffinity = fc.record(
  {
    requiredDuringSchedulingIgnoredDuringExecution: fc.record({
      nodeSelectorTerms: few(
        fc.record({ matchExpressions: few(nodeDemand), matchFields: few(nodeDemand) }, { requiredKeys: [] }),
      ),
    }),
  },
  { requiredKeys: [] },
);
const toleration = fc.record(
  {
    key: fc.constantFrom("node.kubernetes.io/not-ready", "dedicated", ""),
    operator: fc.constantFrom("Exists", "Equal"),
    tolerationSeconds: count,
  },
  { requiredKeys: [] },
);
const volume = fc.record(
  {
    name: word,
    emptyDir: fc.constant({}),
    hostPath: fc.constant({ path: "/srv" }),
    persistentVolumeClaim: fc.constant({ claimName: "web" }),
  },
  { requiredKeys: ["name"] },
);
/** Pod specs with what rules read in them. */
export const podSpec = fc.record(
  {
    containers: few(container),
    initContainers: few(container, 1),
    nodeName: fc.constantFrom("a", ""),
    nodeSelector: fc.dictionary(fc.constantFrom("kubernetes.io/hostname", "disk"), fc.constantFrom("a", "")),
    evictionStrategy: fc.constantFrom("None", "LiveMigrate"),
    tolerations: few(toleration),
    volumes: few(volume),
    affinity: fc.record({ podAntiAffinity: antiAffinity, nodeAffinity }, { requiredKeys: [] }),
    topologySpreadConstraints: few(
      fc.record(
        {
          maxSkew: count,
          minDomains: count,
          topologyKey,
          whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "ScheduleAnyway"),
          labelSelector: selector,
          matchLabelKeys: few(word),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: ["containers"] },
);
