import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);

/** The npm packages that describe the API types, and the folders (API groups and versions) taken from each. */
const PACKAGES = [
  {
    name: "kubernetes-models",
    folders: [
      "v1",
      "apps/v1",
      "autoscaling/v1",
      "autoscaling/v2",
      "batch/v1",
      "coordination.k8s.io/v1",
      "discovery.k8s.io/v1",
      "networking.k8s.io/v1",
      "policy/v1",
      "rbac.authorization.k8s.io/v1",
      "scheduling.k8s.io/v1",
      "storage.k8s.io/v1",
    ],
  },
  {
    name: "@kubernetes-models/istio",
    folders: [
      "networking.istio.io/v1",
      "networking.istio.io/v1beta1",
      "networking.istio.io/v1alpha3",
      "security.istio.io/v1",
      "security.istio.io/v1beta1",
      "telemetry.istio.io/v1",
      "telemetry.istio.io/v1alpha1",
    ],
  },
  {
    name: "@kubernetes-models/gateway-api",
    folders: [
      "gateway.networking.k8s.io/v1",
      "gateway.networking.k8s.io/v1beta1",
      "gateway.networking.k8s.io/v1alpha3",
      "gateway.networking.k8s.io/v1alpha2",
    ],
  },
  { name: "@kubernetes-models/argo-rollouts", folders: ["argoproj.io/v1alpha1"] },
];

/**
 * Kinds that nobody writes into a manifest: what they describe exists only inside a request or a response.
 * `List` kinds are left out as well, since the server takes them apart into their items.
 */
const NOT_MANIFESTS =
  /List$|^(Binding|Eviction|Scale|ComponentStatus|APIGroup|APIVersions|Status|TokenRequest)$/;

/** The folder a package is installed in. */
function folderOf(name) {
  return dirname(require.resolve(`${name}/package.json`));
}

/** Names and versions of everything the output depends on: equal versions give equal output. */
export function sourceVersions() {
  const names = [
    ...PACKAGES.map((each) => each.name),
    "@kubernetes-models/apimachinery",
    "ts-json-schema-generator",
  ];
  return names.map((name) => `${name}@${require(`${name}/package.json`).version}`);
}

/**
 * Every kind that gets a schema, in a stable order.
 * `module` exports the type `interfaceName`; `validator` is the URL of a module that exports Ajv's compiled `validate`.
 * @returns {{ apiVersion: string, kind: string, module: string, interfaceName: string,
 *   validator: string }[]}
 */
export function listKinds() {
  return PACKAGES.flatMap(({ name, folders }) => folders.flatMap((folder) => kindsIn(name, folder)));
}

function kindsIn(packageName, folder) {
  const path = join(folderOf(packageName), folder);
  return readdirSync(path)
    .filter((file) => file.endsWith(".d.ts") && file !== "index.d.ts")
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(path, file), "utf8");
      const apiVersion = text.match(/^ {4}"apiVersion": "([^"]+)";$/m)?.[1];
      const kind = text.match(/^ {4}"kind": "([^"]+)";$/m)?.[1];
      if (!apiVersion || !kind || NOT_MANIFESTS.test(kind)) return [];
      const code = readFileSync(join(path, file.replace(/\.d\.ts$/, ".js")), "utf8");
      const name = code.match(/\/_schemas\/(\w+\.js)"/)?.[1];
      const validator = pathToFileURL(join(folderOf(packageName), "_schemas", String(name))).href;
      return [{ apiVersion, kind, module: `${packageName}/${folder}`, interfaceName: `I${kind}`, validator }];
    });
}
