import fc from "fast-check";
import { stringify } from "yaml";
import type { Files } from "../../server/src/testing/memory-workspace.ts";

/** Half of the time absent, as most fields are. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const few = <T>(value: fc.Arbitrary<T>, max = 3) => fc.array(value, { maxLength: max });
const word = fc.constantFrom("web", "api", "etcd", "v1", "v2", "");
const name = fc.constantFrom("web", "api", "db");
const labels = fc.dictionary(fc.constantFrom("app", "version", "app.kubernetes.io/name"), word, {
  maxKeys: 2,
});
const count = fc.oneof(fc.nat(5), fc.constantFrom<unknown>(-1, "1", null, 1e9, 3.5));
const amount = fc.oneof(count, fc.constantFrom("0%", "25%", "50%", "100%", "1%", "200%"));
const port = fc.oneof(fc.constantFrom<unknown>(80, 8080, 0, 70_000, "http", "htpp", "grpc", null));
const selector = fc.record(
  {
    matchLabels: labels,
    matchExpressions: few(
      fc.record({
        key: fc.constantFrom("app", "version", ""),
        operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist", "Gt", null),
        values: maybe(few(word)),
      }),
    ),
  },
  { requiredKeys: [] },
);
const metadata = fc.record(
  {
    name,
    namespace: fc.constantFrom("prod", "dev"),
    labels,
    annotations: fc.dictionary(
      fc.constantFrom(
        "nines/ignore",
        "kube-score/ignore",
        "ignore-check.kube-linter.io/minimum-three-replicas",
      ),
      fc.constantFrom("", "pdb-missing: why", "replicas-minimum", ";;:"),
      { maxKeys: 1 },
    ),
  },
  { requiredKeys: ["name"] },
);

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
const podSpec = fc.record(
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
const strategy = fc.record(
  {
    type: fc.constantFrom("Recreate", "RollingUpdate", "OnDelete", "x"),
    rollingUpdate: fc.record(
      { maxUnavailable: amount, maxSurge: amount, partition: count },
      { requiredKeys: [] },
    ),
    canary: fc.record(
      { maxUnavailable: amount, maxSurge: amount, steps: few(fc.record({ setWeight: count })) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const workload = fc.record({
  apiVersion: fc.constantFrom(
    "apps/v1",
    "apps/v1beta1",
    "extensions/v1beta1",
    "argoproj.io/v1alpha1",
    "kubevirt.io/v1",
  ),
  kind: fc.constantFrom("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout", "VirtualMachine"),
  metadata,
  spec: fc.record(
    {
      replicas: count,
      selector,
      strategy,
      updateStrategy: strategy,
      template: fc.record({ metadata: fc.record({ labels }), spec: podSpec }, { requiredKeys: ["spec"] }),
      workloadRef: fc.record({ kind: fc.constant("Deployment"), name }),
      serviceName: name,
    },
    { requiredKeys: ["template"] },
  ),
});

const scaleTargetRef = fc.record({
  apiVersion: fc.constant("apps/v1"),
  kind: fc.constantFrom("Deployment", "StatefulSet", "Rollout"),
  name,
});
const others = [
  fc.record({
    apiVersion: fc.constantFrom("policy/v1", "policy/v1beta1"),
    kind: fc.constant("PodDisruptionBudget"),
    metadata,
    spec: fc.record({ minAvailable: amount, maxUnavailable: amount, selector }, { requiredKeys: [] }),
  }),
  fc.record({
    apiVersion: fc.constantFrom("autoscaling/v2", "autoscaling/v1", "autoscaling/v2beta2"),
    kind: fc.constant("HorizontalPodAutoscaler"),
    metadata,
    spec: fc.record(
      { scaleTargetRef, minReplicas: count, maxReplicas: count },
      { requiredKeys: ["scaleTargetRef"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("keda.sh/v1alpha1"),
    kind: fc.constant("ScaledObject"),
    metadata,
    spec: fc.record(
      { scaleTargetRef: fc.record({ name }), minReplicaCount: count },
      { requiredKeys: ["scaleTargetRef"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("v1"),
    kind: fc.constant("Service"),
    metadata,
    spec: fc.record(
      { selector: labels, ports: few(fc.record({ name: word, port, targetPort: port })) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    apiVersion: fc.constantFrom(
      "etcd.database.coreos.com/v1beta2",
      "kafka.strimzi.io/v1beta2",
      "rabbitmq.com/v1beta1",
      "controlplane.cluster.x-k8s.io/v1beta1",
    ),
    kind: fc.constantFrom("EtcdCluster", "Kafka", "RabbitmqCluster", "KubeadmControlPlane"),
    metadata,
    spec: fc.record(
      { size: count, replicas: count, zookeeper: fc.record({ replicas: count }) },
      { requiredKeys: [] },
    ),
  }),
];

const host = fc.constantFrom("web", "web.prod", "web.prod.svc.cluster.local", "*.example.com", "*", "");
const text = fc.oneof(
  ...["exact", "prefix", "regex"].map((key) =>
    fc.record({ [key]: fc.constantFrom("/", "/a", "/a/b", ".*", "(a+)+$") }),
  ),
);
const match = fc.record(
  {
    uri: text,
    headers: fc.dictionary(fc.constantFrom("end-user", "cookie"), text, { maxKeys: 2 }),
    withoutHeaders: fc.dictionary(fc.constant("end-user"), text),
    queryParams: fc.dictionary(fc.constant("q"), text),
    method: text,
    port,
    gateways: few(fc.constantFrom("mesh", "gw")),
    sourceLabels: labels,
    ignoreUriCase: fc.boolean(),
  },
  { requiredKeys: [] },
);
const destination = fc.record({
  destination: fc.record({
    host,
    subset: maybe(fc.constantFrom("v1", "v2", "v3")),
    port: maybe(fc.record({ number: port })),
  }),
  weight: maybe(fc.oneof(count, fc.constantFrom(50, 90, 100, 101))),
});
const http = fc.record(
  {
    name: word,
    match: few(match),
    route: few(destination),
    fault: fc.record({ abort: fc.record({ httpStatus: count }) }),
    redirect: fc.record({ uri: word }),
  },
  { requiredKeys: [] },
);
const routes = [
  fc.record({
    apiVersion: fc.constantFrom("networking.istio.io/v1", "networking.istio.io/v1alpha3"),
    kind: fc.constant("VirtualService"),
    metadata,
    spec: fc.record(
      {
        hosts: few(host),
        gateways: few(fc.constantFrom("mesh", "gw")),
        http: few(http, 4),
        tcp: few(http, 1),
        tls: few(http, 1),
      },
      { requiredKeys: ["hosts"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("networking.istio.io/v1"),
    kind: fc.constant("DestinationRule"),
    metadata,
    spec: fc.record(
      {
        host,
        subsets: few(fc.record({ name: fc.constantFrom("v1", "v2", ""), labels })),
        exportTo: few(fc.constantFrom(".", "*")),
      },
      { requiredKeys: ["host"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("gateway.networking.k8s.io/v1"),
    kind: fc.constantFrom("HTTPRoute", "GRPCRoute", "TCPRoute"),
    metadata,
    spec: fc.record({
      hostnames: few(host),
      rules: few(
        fc.record(
          {
            matches: few(
              fc.record({
                path: fc.record({
                  type: fc.constantFrom("PathPrefix", "Exact"),
                  value: fc.constantFrom("/", "/a"),
                }),
              }),
            ),
            backendRefs: few(fc.record({ name, port, weight: maybe(count) })),
          },
          { requiredKeys: [] },
        ),
      ),
    }),
  }),
];

/** Documents of the kinds that rules read, with what they mind present, absent, odd or wrong. */
const manifest: fc.Arbitrary<object> = fc.oneof({ weight: 3, arbitrary: workload }, ...others, ...routes);

/** A few files of random manifests, in block or flow style, some as JSON. */
export const manifests: fc.Arbitrary<Files> = fc
  .array(fc.record({ documents: fc.array(manifest, { minLength: 1, maxLength: 4 }), style: fc.nat(9) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((files) => Object.fromEntries(files.map(({ documents, style }, i) => write(documents, style, i))));

function write(documents: readonly object[], style: number, i: number): [string, string] {
  if (style === 0)
    return [`f${i}.json`, JSON.stringify({ apiVersion: "v1", kind: "List", items: documents }, null, 2)];
  const options = {
    indentSeq: style % 2 === 0,
    aliasDuplicateObjects: style === 5,
    collectionStyle: style === 1 ? "flow" : "any",
  } as const;
  return [`f${i}.yaml`, documents.map((document) => stringify(document, options)).join("---\n")];
}
