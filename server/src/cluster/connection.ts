import { type Cluster, type Metrics, type Outcome, success } from "../traffic/shift/cluster.ts";
import { textAt } from "../traffic/shift/json.ts";
import { ApiClient, type Limits } from "./api-client.ts";
import { notUnderstood } from "./failures.ts";
import { KubeCluster } from "./kube-cluster.ts";
import type { KubeContext, Kubeconfig } from "./kubeconfig.ts";
import { OpenApi } from "./openapi.ts";
import { metricsOfService, type PrometheusService } from "./prometheus.ts";

/** A person's connection to one cluster. It holds no state of the cluster. */
export interface Connection {
  /** The context, with the namespace that was chosen. */
  readonly context: KubeContext;
  /** The API server's address, without credentials. */
  readonly server: string;
  readonly cluster: Cluster;
  /** The schemas of what the API server serves. */
  readonly openApi: OpenApi;
  /** The API server's version, as `v1.35.4`. The way to find out whether it answers and takes the credentials. */
  check(signal: AbortSignal): Promise<Outcome<string>>;
  /** A Prometheus that runs in the cluster, reached through the API server. */
  metricsOf(service: PrometheusService): Metrics;
  close(): void;
}

/**
 * Connects to a context of the kubeconfig. Nothing is sent yet: `check` does.
 * @throws KubeconfigError where the context is not complete
 */
export function connect(
  kubeconfig: Kubeconfig,
  contextName: string,
  { namespace, limits }: { readonly namespace?: string; readonly limits?: Partial<Limits> } = {},
): Connection {
  const transport = kubeconfig.transport(contextName);
  const client = new ApiClient(transport, limits);
  const found = kubeconfig.contexts.find(({ name }) => name === contextName);
  const context: KubeContext = {
    name: contextName,
    cluster: found?.cluster ?? "",
    server: transport.server,
    user: found?.user,
    namespace: namespace ?? found?.namespace ?? "default",
  };
  const cluster = new KubeCluster(client, context);
  return {
    context,
    server: transport.server,
    cluster,
    openApi: new OpenApi(client),
    check: async (signal) => {
      const version = await client.json({ method: "GET", path: "/version" }, signal);
      if (!version.ok) return version;
      const name = textAt(version.value, "gitVersion");
      if (name === undefined) return notUnderstood(client.server);
      // Everybody may ask for the version; only this tells whether the credentials are taken.
      const identity = await cluster.identity(signal);
      return identity.ok ? success(name) : identity;
    },
    metricsOf: (service) => metricsOfService(client, service),
    close: () => transport.close(),
  };
}
