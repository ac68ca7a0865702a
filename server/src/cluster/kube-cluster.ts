import type { Operation } from "rfc6902";
import {
  type Access,
  type Cluster,
  FIELD_MANAGER,
  failure,
  type Identity,
  type KubeObject,
  type ListQuery,
  type ObjectRef,
  type Outcome,
  type PatchOptions,
  type ResourceType,
  success,
} from "../traffic/shift/cluster.ts";
import { at, textAt } from "../traffic/shift/json.ts";
import type { ApiClient } from "./api-client.ts";
import { Discovery } from "./discovery.ts";
import { notUnderstood } from "./failures.ts";
import type { KubeContext } from "./kubeconfig.ts";
import { asKubeObject, readPages } from "./pages.ts";

/** What an API server takes those for who show no credentials that it takes. */
const ANONYMOUS = '"system:anonymous"';
const NOT_TAKEN =
  "The API server does not take the credentials of the kubeconfig, and treats us as nobody in particular (system:anonymous).";

/** A cluster behind an API server, as a traffic shift sees it. */
export class KubeCluster implements Cluster {
  readonly #client: ApiClient;
  readonly #discovery: Discovery;
  readonly #context: KubeContext;

  constructor(client: ApiClient, context: KubeContext) {
    this.#client = client;
    this.#discovery = new Discovery(client);
    this.#context = context;
  }

  async identity(signal: AbortSignal): Promise<Outcome<Identity>> {
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const outcome = await this.#create(path, review, signal);
    if (!outcome.ok) {
      const { kind, message } = outcome.failure;
      // Before Kubernetes 1.28, servers do not say; that they answer is enough. But a server that passes over
      // credentials of a kind that it does not take answers too, as to anybody.
      if (message.includes(ANONYMOUS)) return failure("unauthorized", NOT_TAKEN);
      if (!["forbidden", "notFound", "notServed"].includes(kind)) return outcome;
    }
    return success({
      context: this.#context.name,
      server: this.#client.server,
      user: outcome.ok ? textAt(outcome.value, "status", "userInfo", "username") : undefined,
      namespace: this.#context.namespace,
    });
  }

  async get(ref: ObjectRef, signal: AbortSignal): Promise<Outcome<KubeObject>> {
    const path = await this.#pathOf(ref, signal);
    if (!path.ok) return path;
    return this.#object(await this.#client.json({ method: "GET", path: path.value }, signal));
  }

  async list<T>(
    type: ResourceType,
    query: ListQuery,
    pick: (object: KubeObject) => T | undefined,
    signal: AbortSignal,
  ): Promise<Outcome<readonly T[]>> {
    const base = await this.#baseOf(type, signal);
    if (!base.ok) return base;
    const path = `${base.value}${inNamespace(query.namespace)}/${type.plural}`;
    return readPages(this.#client, path, query, pick, signal);
  }

  async mayI({ verb, ref, subresource }: Access, signal: AbortSignal): Promise<Outcome<boolean>> {
    const resourceAttributes = {
      namespace: ref.namespace,
      verb,
      group: ref.type.group,
      resource: ref.type.plural,
      subresource,
      name: ref.name,
    };
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const outcome = await this.#create(path, review, signal);
    if (!outcome.ok) return outcome;
    const allowed = at(outcome.value, "status", "allowed");
    const error = textAt(outcome.value, "status", "evaluationError");
    if (allowed === false && error !== undefined && error !== "") {
      return failure("unclear", "The API server could not judge whether this is allowed.");
    }
    return typeof allowed === "boolean" ? success(allowed) : notUnderstood(this.#client.server);
  }

  async patch(
    ref: ObjectRef,
    operations: readonly Operation[],
    { dryRun, subresource }: PatchOptions,
    signal: AbortSignal,
  ): Promise<Outcome<KubeObject>> {
    const path = await this.#pathOf(ref, signal);
    if (!path.ok) return path;
    const outcome = await this.#client.json(
      {
        method: "PATCH",
        path: subresource === undefined ? path.value : `${path.value}/${subresource}`,
        query: {
          fieldManager: FIELD_MANAGER,
          fieldValidation: "Strict",
          dryRun: dryRun ? "All" : undefined,
        },
        headers: { "content-type": "application/json-patch+json" },
        body: JSON.stringify(operations),
      },
      signal,
    );
    return this.#object(outcome);
  }

  #create(path: string, body: object, signal: AbortSignal): Promise<Outcome<object>> {
    const headers = { "content-type": "application/json" };
    return this.#client.json({ method: "POST", path, headers, body: JSON.stringify(body) }, signal);
  }

  async #pathOf({ type, namespace, name }: ObjectRef, signal: AbortSignal): Promise<Outcome<string>> {
    const base = await this.#baseOf(type, signal);
    if (!base.ok) return base;
    return success(`${base.value}${inNamespace(namespace)}/${type.plural}/${encodeURIComponent(name)}`);
  }

  #baseOf(type: ResourceType, signal: AbortSignal): Promise<Outcome<string>> {
    const isSecret = type.group === "" && type.plural === "secrets";
    if (isSecret) return Promise.resolve(failure("forbidden", "Nines never reads Secrets."));
    return this.#discovery.baseOf(type, signal);
  }

  #object(outcome: Outcome<object>): Outcome<KubeObject> {
    if (!outcome.ok) return outcome;
    const object = asKubeObject(outcome.value);
    return object === undefined ? notUnderstood(this.#client.server) : success(object);
  }
}

function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
}
