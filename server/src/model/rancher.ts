import { entriesOf, type Node } from "./node.ts";
import { Resource } from "./resource.ts";
import type { UntypedForm } from "./untyped.ts";

/** Type (`group/Kind`) under which the `config.yaml` of an RKE2 or K3s server is a resource. */
export const RANCHER_SERVER = "rancher/ServerConfig";

/**
 * Options that servers of RKE2 and K3s have, and nothing else calls so (docs.rke2.io/reference/server_config,
 * docs.k3s.io/cli/server). `token`, `server` and `disable` are options too, but far too common to tell anything.
 */
const SERVER_ONLY =
  /^(?:tls-san|tls-san-security|cluster-init|cluster-reset|etcd-(?:snapshot-[a-z-]+|disable-snapshots|s3(?:-[a-z-]+)?|expose-metrics|arg)|disable-(?:etcd|apiserver|scheduler|controller-manager|kube-proxy|cloud-controller|helm-controller|network-policy)|write-kubeconfig(?:-mode|-group)?|agent-token(?:-file)?|datastore-endpoint|flannel-[a-z-]+|kube-(?:apiserver|controller-manager|scheduler|cloud-controller-manager)-arg|secrets-encryption|service-node-port-range|egress-selector-mode|control-plane-resource-(?:requests|limits))$/;

/** Any of them at the start of a line, nearly: most texts have none. */
const HINT =
  /^["']?(?:tls-san|cluster-init|etcd-|disable-|write-kubeconfig|agent-token|datastore-|flannel-|kube-)/m;

/** `config.yaml` of a server, told by at least two options that only such servers have, and keys like options all over. */
export const rancherForm: UntypedForm = {
  kinds: ["ServerConfig"],
  // What a template engine other than Helm's fills in is no YAML yet.
  mayBe: (text) => HINT.test(text) && !text.includes("{%") && isTelling(keysIn(text)),
  resourcesIn(document, root) {
    if (root.kind !== "map" || !isServerConfig(root)) return [];
    return [new Resource(document, root, "rancher/v1", "ServerConfig")];
  },
};

/** The keys at the start of lines. */
function keysIn(text: string): readonly string[] {
  return [...text.matchAll(/^["']?([a-z][a-z\d-]*\+?)["']?[ \t]*:/gm)].map(([, key]) => key ?? "");
}

/** A value that a file of `config.yaml.d` appends has a `+` behind its key. */
function isTelling(keys: readonly string[]): boolean {
  const names = new Set(keys.map((key) => key.replace(/\+$/, "")));
  return [...names].filter((name) => SERVER_ONLY.test(name)).length >= 2;
}

function isServerConfig(root: Node): boolean {
  const entries = entriesOf(root);
  return (
    isTelling(entries.map(({ key }) => key.source)) &&
    entries.every(({ key, value }) => /^[a-z][a-z\d-]*\+?$/.test(key.source) && isFlat(value))
  );
}

/** Options are texts, numbers, switches, or lists of them. */
function isFlat(value: Node): boolean {
  if (value.kind === "seq") return value.items.every((item) => item.kind === "scalar");
  return value.kind === "scalar";
}
