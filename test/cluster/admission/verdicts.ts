import type { AdmissionPolicy } from "../../../server/src/admission/policy.ts";
import { render } from "../../../server/src/model/message.ts";
import { rules } from "../../../server/src/rules/registry.generated.ts";
import { memoryWorkspace } from "../../../server/src/testing/memory-workspace.ts";
import type { Api, Manifest } from "../api.ts";

/** What the linter says of an object that is alone in the world: the rule's messages in English. */
export function linterSays(ruleId: string, object: Manifest): readonly string[] {
  const judged = rules.filter((rule) => rule.id === ruleId);
  const world = memoryWorkspace({ "object.yaml": JSON.stringify(object, null, 1) }, judged);
  return world
    .findings()
    .filter((finding) => finding.ruleId === ruleId)
    .map(({ message }) => render(message));
}

/** What the API server says of it. */
export type Answer =
  | { readonly verdict: "accepted" }
  | { readonly verdict: "denied"; readonly message: string }
  /** By its schema or its own validation, or it does not serve the type: no policy was asked. */
  | { readonly verdict: "refused"; readonly reason: string };

/** Asks the API server about objects without making any. */
export class Admission {
  readonly #api: Api;
  readonly #plurals = new Map<string, { name: string; namespaced: boolean } | undefined>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Whether a policy is about objects of this type, under whatever version. */
  async concerns(policy: AdmissionPolicy, object: Record<string, unknown>): Promise<boolean> {
    const [group, version] = groupVersion(String(object.apiVersion));
    const target = policy.targets.filter((each) => each.group === group && each.versions.includes(version));
    const type = await this.resource(String(object.apiVersion), String(object.kind));
    return type !== undefined && target.some(({ resources }) => resources.includes(type.name));
  }

  /** The path of a collection; undefined where the API server does not serve the type. */
  async path(object: Record<string, unknown>, namespace: string): Promise<string | undefined> {
    const apiVersion = String(object.apiVersion);
    const type = await this.resource(apiVersion, String(object.kind));
    if (type === undefined) return undefined;
    return `${root(apiVersion)}/${type.namespaced ? `namespaces/${namespace}/` : ""}${type.name}`;
  }

  async resource(apiVersion: string, kind: string) {
    const key = `${apiVersion} ${kind}`;
    if (this.#plurals.has(key)) return this.#plurals.get(key);
    const { status, body } = await this.#api.send("GET", root(apiVersion));
    const { resources = [] } = body as { resources?: { name: string; kind: string; namespaced: boolean }[] };
    const found =
      status === 200 ? resources.find((each) => each.kind === kind && !each.name.includes("/")) : undefined;
    this.#plurals.set(key, found);
    return found;
  }

  /** Whether the policy of a rule would let an object in. */
  async ask(ruleId: string, object: Manifest, namespace: string): Promise<Answer> {
    const path = await this.path(object, namespace);
    if (path === undefined) return { verdict: "refused", reason: "not served" };
    const { status, body } = await this.#api.send("POST", `${path}?dryRun=All`, object);
    if (status < 300) return { verdict: "accepted" };
    const { message = "" } = body as { message?: string };
    const denied = `ValidatingAdmissionPolicy 'nines-${ruleId}' with binding 'nines-${ruleId}' denied request: `;
    const at = message.indexOf(denied);
    if (at < 0) return { verdict: "refused", reason: message };
    return { verdict: "denied", message: message.slice(at + denied.length) };
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function groupVersion(apiVersion: string): [string, string] {
  const [first = "", second] = apiVersion.split("/");
  return second === undefined ? ["", first] : [first, second];
}
