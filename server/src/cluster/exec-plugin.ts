import { resolve } from "node:path";
import type { PooledConfig } from "./client.ts";

/**
 * Finds the programs of credential plugins beside the kubeconfig that names them by a path, as kubectl does. From the
 * folder that this process happens to run in, a workspace could put another program in their place.
 */
export function findExecPlugins(config: PooledConfig, folder: string): void {
  for (const user of config.getUsers()) {
    const exec: unknown = user.exec;
    if (typeof exec !== "object" || exec === null) continue;
    const plugin: { command?: unknown } = exec;
    const { command } = plugin;
    if (typeof command === "string" && /[/\\]/.test(command)) plugin.command = resolve(folder, command);
  }
}

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
