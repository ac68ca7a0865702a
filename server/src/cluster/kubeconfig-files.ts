import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Message, t } from "../model/message.ts";
import { type ClusterEntry, type ContextEntry, PooledConfig, type UserEntry } from "./client.ts";
import { findExecPlugins, tellExecPlugin } from "./exec-plugin.ts";
import { KubeTransport } from "./kube-transport.ts";
import { existing, type KubeContext, type Kubeconfig, KubeconfigError } from "./kubeconfig.ts";
import { redacted } from "./redact.ts";

/** A kubeconfig of this size is none. */
const MAX_KUBECONFIG_BYTES = 16 * 1024 * 1024;
const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Reads kubeconfig files; see `readKubeconfig`. */
export function loadKubeconfig(paths: readonly string[]): Kubeconfig {
  const { entries, problems } = readEntries(paths);
  if (entries.contexts.length === 0) {
    throw new KubeconfigError(
      ...problems,
      existing(paths).length === 0
        ? t("There is no kubeconfig: {paths} does not exist.", { paths: paths.join(", ") })
        : t("There is no context to connect with in {paths}.", { paths: paths.join(", ") }),
      t(
        "Name a kubeconfig in the environment variable KUBECONFIG (on the command line also with --kubeconfig), or create ~/.kube/config, for example with your cloud's command line.",
      ),
    );
  }
  return {
    contexts: entries.contexts.map((context) => contextOf(context, entries)),
    current: entries.contexts.some(({ name }) => name === entries.current) ? entries.current : undefined,
    problems,
    transport: (name) =>
      new KubeTransport(configOf(entries, name), () => configOf(readEntries(paths).entries, name)),
  };
}

/** The lists of all files; the first entry of a name counts, as kubectl has it. */
interface Entries {
  readonly clusters: ClusterEntry[];
  readonly users: UserEntry[];
  readonly contexts: ContextEntry[];
  current: string | undefined;
}

function readEntries(paths: readonly string[]): { entries: Entries; problems: Message[] } {
  const entries: Entries = { clusters: [], users: [], contexts: [], current: undefined };
  const problems: Message[] = [];
  const files = existing(paths);
  for (const path of files) {
    const config = new PooledConfig();
    const problem = loadFile(config, path);
    if (problem === undefined) merge(entries, config);
    else problems.push(problem);
  }
  if (files.length === 0 && existsSync(SERVICE_ACCOUNT_TOKEN)) {
    const config = new PooledConfig();
    config.loadFromCluster();
    merge(entries, config);
  }
  return { entries, problems };
}

/** The library's own messages quote the file, which holds tokens: none of them is passed on. */
function loadFile(config: PooledConfig, path: string): Message | undefined {
  try {
    if (statSync(path).size > MAX_KUBECONFIG_BYTES) {
      return t("{path} is too large for a kubeconfig and was passed over.", { path });
    }
    readFileSync(path);
  } catch {
    return t("{path} cannot be read and was passed over. Check its permissions.", { path });
  }
  try {
    // One broken entry does not hide the others.
    config.loadFromFile(path, { onInvalidEntry: "filter" });
    findExecPlugins(config, dirname(path));
    return undefined;
  } catch {
    return t(
      "{path} is no valid kubeconfig and was passed over. `kubectl config view` says where it is broken.",
      { path },
    );
  }
}

function merge(entries: Entries, config: PooledConfig): void {
  const add = <T extends { name: string }>(list: T[], more: readonly T[]) => {
    for (const entry of more) if (!list.some(({ name }) => name === entry.name)) list.push(entry);
  };
  add(entries.clusters, config.getClusters());
  add(entries.users, config.getUsers());
  add(entries.contexts, config.getContexts());
  // The library says undefined here where the file says nothing, whatever its types say.
  entries.current ??= config.getCurrentContext() || undefined;
}

function contextOf({ name, cluster, user, namespace }: ContextEntry, { clusters }: Entries): KubeContext {
  const server = clusters.find((entry) => entry.name === cluster)?.server;
  return {
    name,
    cluster,
    server: server === undefined ? undefined : redacted(server),
    user,
    namespace: namespace ?? "default",
  };
}

function configOf(entries: Entries, context: string): PooledConfig {
  const entry = entries.contexts.find(({ name }) => name === context);
  if (entry === undefined) {
    throw new KubeconfigError(
      t("The kubeconfig has no context {context}.", { context }),
      t("It has: {contexts}.", { contexts: entries.contexts.map(({ name }) => name).join(", ") }),
    );
  }
  const config = new PooledConfig();
  config.loadFromOptions({ ...entries, currentContext: context });
  const server = config.getCurrentCluster()?.server;
  if (server === undefined || !/^https?:\/\//.test(server)) {
    throw new KubeconfigError(
      t("The context {context} names the cluster {cluster}, and the kubeconfig holds no address for it.", {
        context,
        cluster: entry.cluster,
      }),
      t("Add the cluster to the kubeconfig, or choose another context."),
    );
  }
  if (entry.user !== undefined && config.getUser(entry.user) === null) {
    throw new KubeconfigError(
      t("The context {context} names the user {user}, and the kubeconfig holds no such user.", {
        context,
        user: entry.user,
      }),
      t("Add the user to the kubeconfig, or choose another context."),
    );
  }
  tellExecPlugin(config);
  return config;
}
