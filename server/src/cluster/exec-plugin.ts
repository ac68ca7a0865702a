import type { PooledConfig } from "./client.ts";

/** What the library leaves out of what a credential plugin is told (client-go's `KUBERNETES_EXEC_INFO`). */
export function tellExecPlugin(config: PooledConfig): void {
  const exec: unknown = config.getCurrentUser()?.exec;
  const cluster = config.getCurrentCluster();
  if (typeof exec !== "object" || exec === null || cluster === null) return;
  const plugin: { apiVersion?: unknown; env?: unknown; provideClusterInfo?: unknown } = exec;
  const info = {
    apiVersion: plugin.apiVersion ?? "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    spec: {
      interactive: false,
      ...(plugin.provideClusterInfo === true && {
        cluster: {
          server: cluster.server,
          "certificate-authority-data": cluster.caData,
          "insecure-skip-tls-verify": cluster.skipTLSVerify,
          "tls-server-name": cluster.tlsServerName,
          "proxy-url": cluster.proxyUrl,
        },
      }),
    },
  };
  const others = (Array.isArray(plugin.env) ? plugin.env : []).filter(
    (entry) => entry?.name !== "KUBERNETES_EXEC_INFO",
  );
  plugin.env = [...others, { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }];
}
