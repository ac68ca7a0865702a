import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import type { Api, Manifest } from "../api.ts";
import { waitFor } from "../processes.ts";

const MAIN = fileURLToPath(new URL("../../../server/src/cli/main.ts", import.meta.url));
export const POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
export const BINDINGS = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** What `nines export` prints in an empty folder for rules, as objects. */
export function exported(ruleIds: readonly string[], ...more: readonly string[]): Manifest[] {
  const cwd = mkdtempSync(join(tmpdir(), "nines-export-"));
  try {
    const wishes = ruleIds.flatMap((id) => ["--rule", id]);
    const args = [MAIN, "export", "--to", "validating-admission-policy", ...wishes, ...more];
    const yaml = execFileSync(process.execPath, args, { cwd, encoding: "utf8" });
    return parseAllDocuments(yaml).map((document) => document.toJS() as Manifest);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Kinds whose definitions the test bed does not have: any fields are taken. */
const LOOSE = [
  { group: "keda.sh", version: "v1alpha1", plural: "scaledobjects", kind: "ScaledObject" },
  { group: "keda.sh", version: "v1alpha1", plural: "scaledjobs", kind: "ScaledJob" },
  { group: "k8gb.absa.oss", version: "v1beta1", plural: "gslbs", kind: "Gslb" },
  { group: "k8gb.io", version: "v1beta1", plural: "gslbs", kind: "Gslb" },
];

/** Defines what is missing; returns how to take it away again. */
export async function installLooseKinds(api: Api): Promise<() => Promise<void>> {
  const names = LOOSE.map(({ group, plural }) => `${plural}.${group}`);
  for (const [i, { group, version, plural, kind }] of LOOSE.entries()) {
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    await api.expect("POST", CRDS, {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: names[i] },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [{ name: version, served: true, storage: true, schema }],
      },
    });
  }
  for (const { group, version, plural } of LOOSE)
    await waitFor(`${plural} of ${group} being served`, async () => {
      const { status } = await api.send("GET", `/apis/${group}/${version}/namespaces/default/${plural}`);
      return status === 200;
    });
  return async () => {
    for (const name of names) await api.expect("DELETE", `${CRDS}/${name}`);
  };
}

/** Creates policies and bindings; returns how to take them away again. */
export async function install(api: Api, objects: readonly Manifest[]): Promise<() => Promise<void>> {
  const made: string[] = [];
  const remove = async () => {
    for (const path of made.splice(0)) await api.expect("DELETE", path);
  };
  for (const object of objects) {
    const collection = object.kind === "ValidatingAdmissionPolicy" ? POLICIES : BINDINGS;
    await api.expect("POST", collection, object);
    made.push(`${collection}/${object.metadata.name}`);
  }
  return remove;
}

interface Checked {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly typeChecking?: { readonly expressionWarnings?: readonly unknown[] };
  };
}

/** What the API server's type checks say against the policies, once all are checked. */
export async function typeWarnings(api: Api): Promise<Record<string, readonly unknown[]>> {
  let items: readonly Checked[] = [];
  await waitFor("The type checks of the policies", async () => {
    ({ items } = (await api.expect("GET", POLICIES)) as { items: readonly Checked[] });
    return items.every(({ metadata, status }) => status?.observedGeneration === metadata.generation);
  });
  const warnings = items.map(
    ({ metadata, status }) => [metadata.name, status?.typeChecking?.expressionWarnings ?? []] as const,
  );
  return Object.fromEntries(warnings.filter(([, each]) => each.length > 0));
}
