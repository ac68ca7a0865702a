import { NAMESPACE, startCluster, type TestCluster } from "./cluster.ts";

/** A cluster with an app and traffic to it, for a person to play with. Stop it when done. */
export async function startPlayground(): Promise<TestCluster> {
  console.log("Starting a control plane, fake nodes and Prometheus on this machine…");
  const cluster = await startCluster();
  try {
    await cluster.app({ namespace: NAMESPACE });
    await cluster.exporter.set(NAMESPACE, [
      { service: "app", version: "v1", rps: 95, errorRate: 0.002, latencyMs: 40 },
      { service: "app", version: "v2", rps: 5, errorRate: 0.001, latencyMs: 30 },
      { service: "app-v1", version: "v1", rps: 30, latencyMs: 40 },
    ]);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** What a person who sits before it can do. */
export function whatToTry(cluster: TestCluster): string {
  return `
A cluster runs on this machine, with the app of test/cluster/fixtures/app in the namespace ${NAMESPACE}.

  export KUBECONFIG=${cluster.kubeconfig}

Contexts: admin · operator (may shift traffic) · viewer (may only read) · stranger (token has run out) · production (an operator)
Prometheus: ${cluster.prometheus.url}

What to try:
  kubectl get virtualservice app -o yaml        the canary at 95/5, internal users by their header
  kubectl --context viewer get pods -o wide     three fake nodes in three zones
  kubectl delete pod -l version=v2              its replacement is ready in a second
`;
}
