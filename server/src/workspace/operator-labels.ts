import type { Selector } from "../model/selector.ts";

/** Labels that something puts on pods when it makes or runs them, so that no manifest shows them. */
export interface OperatorLabels {
  /** Who does. */
  readonly by: string;
  /** Whole keys, or prefixes where they end in `/`. */
  readonly keys: readonly string[];
  /** Only with such a value; any when absent. */
  readonly values?: RegExp;
  /** Where the labels are given. */
  readonly source: string;
}

/** Adding an operator is one entry. */
export const operatorLabels: readonly OperatorLabels[] = [
  {
    by: "Kubernetes' controllers",
    keys: [
      "statefulset.kubernetes.io/pod-name",
      "apps.kubernetes.io/pod-index",
      "pod-template-hash",
      "controller-revision-hash",
      "job-name",
      "controller-uid",
      "batch.kubernetes.io/",
    ],
    source: "https://kubernetes.io/docs/reference/labels-annotations-taints/",
  },
  {
    by: "kubeadm's control plane",
    keys: ["component"],
    values: /^(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler)$/,
    source: "https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/util/staticpod/utils.go",
  },
  {
    by: "cluster add-ons",
    keys: ["k8s-app"],
    values: /^(?:kube-dns|kube-proxy|metrics-server|kubernetes-dashboard|calico-.*|cilium.*)$/,
    source:
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/cmd/kubeadm/app/phases/addons/dns/manifests.go",
  },
  {
    by: "OpenShift's DeploymentConfig",
    keys: ["deploymentconfig"],
    source:
      "https://docs.openshift.com/container-platform/4.15/applications/deployments/what-deployments-are.html",
  },
  {
    by: "Argo Rollouts",
    keys: ["rollouts-pod-template-hash"],
    source: "https://github.com/argoproj/argo-rollouts/blob/v1.8.3/pkg/apis/rollouts/v1alpha1/types.go",
  },
  {
    by: "Istio's gateways",
    keys: ["istio", "istio.io/", "gateway.istio.io/", "gateway.networking.k8s.io/"],
    source: "https://istio.io/latest/docs/setup/additional-setup/gateway/",
  },
  {
    by: "Knative",
    keys: ["serving.knative.dev/", "eventing.knative.dev/"],
    source: "https://github.com/knative/serving/blob/main/pkg/apis/serving/register.go",
  },
  {
    by: "cert-manager's solvers",
    keys: ["acme.cert-manager.io/"],
    source: "https://github.com/cert-manager/cert-manager/blob/master/pkg/apis/acme/v1/types.go",
  },
  {
    by: "Strimzi",
    keys: ["strimzi.io/"],
    source:
      "https://github.com/strimzi/strimzi-kafka-operator/blob/main/operator-common/src/main/java/io/strimzi/operator/common/model/Labels.java",
  },
  {
    by: "Koperator",
    keys: ["kafka_cr"],
    source: "https://github.com/banzaicloud/koperator/blob/master/api/v1beta1/kafkacluster_types.go",
  },
  {
    by: "Confluent for Kubernetes",
    keys: ["confluent-platform", "platform.confluent.io/"],
    source: "https://docs.confluent.io/operator/current/co-networking-overview.html",
  },
  {
    by: "CloudNativePG",
    keys: ["cnpg.io/"],
    source: "https://cloudnative-pg.io/documentation/current/labels_annotations/",
  },
  {
    by: "Zalando's Postgres operator",
    keys: ["spilo-role"],
    source: "https://postgres-operator.readthedocs.io/en/latest/reference/operator_parameters/",
  },
  {
    by: "Zalando's Postgres operator by its application",
    keys: ["application"],
    values: /^spilo$/,
    source: "https://postgres-operator.readthedocs.io/en/latest/reference/operator_parameters/",
  },
  {
    by: "Crunchy Postgres",
    keys: ["postgres-operator.crunchydata.com/"],
    source: "https://github.com/CrunchyData/postgres-operator/blob/main/internal/naming/labels.go",
  },
  {
    by: "whoever elects a leader at run time",
    keys: ["role", "redis-role", "node-role"],
    values: /^(?:master|primary|leader|replica|slave|standby|follower)$/,
    source: "https://patroni.readthedocs.io/en/latest/kubernetes.html",
  },
  {
    by: "Vault's service registration",
    keys: ["vault-active", "vault-initialized", "vault-perf-standby", "vault-sealed", "vault_cr"],
    source: "https://developer.hashicorp.com/vault/docs/configuration/service-registration/kubernetes",
  },
  {
    by: "Redis operators",
    keys: ["redisfailovers-role", "redisfailovers.databases.spotahome.com/", "redis_setup_type"],
    source: "https://github.com/spotahome/redis-operator/blob/master/operator/redisfailover/service/names.go",
  },
  {
    by: "MongoDB's operators",
    keys: ["app"],
    values: /-svc$/,
    source: "https://github.com/mongodb/mongodb-kubernetes",
  },
  {
    by: "MySQL operators",
    keys: ["mysql.oracle.com/", "mysql.presslabs.org/"],
    source: "https://dev.mysql.com/doc/mysql-operator/en/",
  },
  {
    by: "Cassandra and Scylla operators",
    keys: ["cassandra.datastax.com/", "scylla/"],
    source:
      "https://github.com/k8ssandra/cass-operator/blob/master/apis/cassandra/v1beta1/cassandradatacenter_types.go",
  },
  {
    by: "ClickHouse's operator",
    keys: ["clickhouse.altinity.com/", "clickhouse-keeper.altinity.com/"],
    source: "https://github.com/Altinity/clickhouse-operator",
  },
  {
    by: "Elastic Cloud on Kubernetes",
    keys: [
      "agent.k8s.elastic.co/",
      "apm.k8s.elastic.co/",
      "beat.k8s.elastic.co/",
      "common.k8s.elastic.co/",
      "elasticsearch.k8s.elastic.co/",
      "kibana.k8s.elastic.co/",
      "logstash.k8s.elastic.co/",
    ],
    source: "https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/accessing-services",
  },
  {
    by: "Rook",
    keys: ["rook_cluster", "rook_object_store", "rook_file_system", "ceph_daemon_type", "ceph_daemon_id"],
    source: "https://github.com/rook/rook/blob/master/pkg/operator/ceph/controller/spec.go",
  },
  {
    by: "Rook's daemons",
    keys: ["app"],
    values: /^(?:rook-ceph-|csi-(?:rbd|cephfs|nfs))/,
    source: "https://github.com/rook/rook/tree/master/deploy/examples",
  },
  {
    by: "KubeVirt",
    keys: ["kubevirt.io", "kubevirt.io/", "vm.kubevirt.io/"],
    source: "https://kubevirt.io/user-guide/network/service_objects/",
  },
  {
    by: "the Prometheus operator",
    keys: ["prometheus", "alertmanager", "thanos-ruler", "operator.prometheus.io/"],
    source: "https://github.com/prometheus-operator/prometheus-operator/tree/main/pkg/prometheus",
  },
  {
    by: "the Prometheus operator by what it runs",
    keys: ["app", "app.kubernetes.io/name"],
    values: /^(?:prometheus|alertmanager|thanos-ruler)$/,
    source: "https://github.com/prometheus-operator/prometheus-operator/tree/main/pkg/prometheus",
  },
  {
    by: "MinIO's operator",
    keys: ["v1.min.io/"],
    source: "https://github.com/minio/operator/blob/master/pkg/apis/minio.min.io/v2/labels.go",
  },
  {
    by: "NATS and etcd operators",
    keys: ["nats_cluster", "etcd_cluster", "solr-cloud"],
    source: "https://github.com/coreos/etcd-operator/blob/master/pkg/util/k8sutil/k8sutil.go",
  },
  {
    by: "operators for machine learning and streams",
    keys: [
      "ray.io/",
      "spark-role",
      "sparkoperator.k8s.io/",
      "serving.kserve.io/",
      "training.kubeflow.org/",
      "seldon-deployment-id",
    ],
    source: "https://docs.ray.io/en/latest/cluster/kubernetes/index.html",
  },
  {
    by: "Argo Workflows and Tekton",
    keys: ["workflows.argoproj.io/", "tekton.dev/", "triggers.tekton.dev/", "eventlistener"],
    source: "https://argo-workflows.readthedocs.io/en/latest/fields/",
  },
  {
    by: "whoever names itself",
    keys: ["app.kubernetes.io/managed-by", "app.kubernetes.io/created-by"],
    values: /operator|controller/,
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
  },
];

/** Whether a selector asks for a label that an operator or a controller puts on its pods at run time. */
export function asksForOperatorLabel(selector: Selector): boolean {
  return selector.some((requirement) =>
    operatorLabels.some(
      ({ keys, values }) =>
        keys.some((key) => (key.endsWith("/") ? requirement.key.startsWith(key) : requirement.key === key)) &&
        (values === undefined ||
          ("values" in requirement && requirement.values.some((value) => values.test(value)))),
    ),
  );
}
