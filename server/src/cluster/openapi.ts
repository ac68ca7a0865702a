import { failure, type Outcome, success } from "../traffic/shift/cluster.ts";
import { at, recordOf, textAt } from "../traffic/shift/json.ts";
import type { ApiClient } from "./api-client.ts";
import { notUnderstood } from "./failures.ts";
import { objectsAt } from "./lists.ts";

/** The schema of a kind, as the API server publishes it. Its `$ref`s point into `components` of the same document. */
export interface KindSchema {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name under `components.schemas`. */
  readonly name: string;
}

/** An OpenAPI v3 document of one group and version. */
export interface OpenApiDocument {
  readonly kinds: readonly KindSchema[];
  /** `components.schemas`. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

/** What the API server tells of the types that it serves, CRDs included (`/openapi/v3`, Kubernetes 1.24 and newer). */
export class OpenApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** The address of each document by its name, as `apis/apps/v1`. An address changes whenever its document does. */
  async index(signal: AbortSignal): Promise<Outcome<ReadonlyMap<string, string>>> {
    const answer = await this.#client.json({ method: "GET", path: "/openapi/v3" }, signal);
    if (!answer.ok) return answer;
    const paths = recordOf(at(answer.value, "paths"));
    if (paths === undefined) return notUnderstood(this.#client.server);
    const entries = Object.entries(paths).flatMap(([name, value]): [string, string][] => {
      const address = textAt(value, "serverRelativeURL");
      return address?.startsWith("/openapi/v3/") === true ? [[name, address]] : [];
    });
    return success(new Map(entries));
  }

  /** The document at an address of the index. */
  async document(address: string, signal: AbortSignal): Promise<Outcome<OpenApiDocument>> {
    const url = new URL(address, "http://api-server");
    if (!url.pathname.startsWith("/openapi/v3/")) {
      return failure("invalid", "The API server names an address outside /openapi/v3 for its schemas.");
    }
    const request = {
      method: "GET",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
    } as const;
    const answer = await this.#client.json(request, signal);
    if (!answer.ok) return answer;
    const schemas = recordOf(at(answer.value, "components", "schemas"));
    if (schemas === undefined) return notUnderstood(this.#client.server);
    return success({ kinds: Object.entries(schemas).flatMap(kindsOf), schemas });
  }
}

function kindsOf([name, schema]: [string, unknown]): KindSchema[] {
  return objectsAt(schema, "x-kubernetes-group-version-kind").flatMap((entry) => {
    const group = textAt(entry, "group");
    const version = textAt(entry, "version");
    const kind = textAt(entry, "kind");
    return group === undefined || version === undefined || kind === undefined
      ? []
      : [{ group, version, kind, name }];
  });
}
