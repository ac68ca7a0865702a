import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { type Message, t } from "../model/message.ts";
import type { Transport } from "./http.ts";

/** A context of the kubeconfig. Nothing of it is secret. */
export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  /** The API server's address; undefined where the kubeconfig does not hold the cluster that the context names. */
  readonly server: string | undefined;
  readonly user: string | undefined;
  /** The namespace it begins with: the kubeconfig's, else `default`. */
  readonly namespace: string;
}

/** What the kubeconfig files of a person hold. */
export interface Kubeconfig {
  readonly contexts: readonly KubeContext[];
  readonly current: string | undefined;
  /** What could not be read, in sentences fit to be shown; the rest counts all the same. */
  readonly problems: readonly Message[];
  /** @throws KubeconfigError where there is no such context, or it is not complete */
  transport(context: string): Transport;
}

/** There is nothing to connect with; the sentences say what is wrong and what to do. */
export class KubeconfigError extends Error {
  readonly sentences: readonly Message[];

  constructor(...sentences: readonly Message[]) {
    super(sentences.map((sentence) => sentence.text).join(" "));
    this.sentences = sentences;
  }
}

/** The Kubernetes client's HTTP library needs it. */
const OLDEST_NODE = [22, 19] as const;

/**
 * Reads the kubeconfig as kubectl does: the files of `KUBECONFIG`, else `~/.kube/config`, else the service account of
 * the Pod this runs in. Loads the Kubernetes client, so call it only when a person asks to connect.
 * @throws KubeconfigError
 */
export async function readKubeconfig(
  paths: readonly string[] = kubeconfigPaths(process.env),
): Promise<Kubeconfig> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new KubeconfigError(
      t("Connecting to a cluster needs Node.js {needed} or newer, and this is {found}.", {
        needed: OLDEST_NODE.join("."),
        found: process.versions.node,
      }),
      t("Install a newer Node.js, or use the extension, whose VS Code brings its own."),
    );
  }
  const { loadKubeconfig } = await import("./kubeconfig-files.ts");
  return loadKubeconfig(paths);
}

/** The files that count, whether or not they exist. */
export function kubeconfigPaths(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const named = (env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  return named.length > 0 ? named : [join(homedir(), ".kube", "config")];
}

/** The files among them that exist: like kubectl, the others are passed over. */
export function existing(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => existsSync(path));
}
