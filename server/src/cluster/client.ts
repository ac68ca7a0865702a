/**
 * The only file that knows the Kubernetes client. It is large, so nothing that runs before a person connects imports
 * this file; test/architecture.test.ts holds to that.
 *
 * The library reads kubeconfigs and authenticates: exec plugins, certificates, OIDC, proxies. Objects are read as plain
 * JSON, because its typed API drops fields that it does not know.
 */
import { createHash } from "node:crypto";
import { IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { type HttpAnswer, type HttpRequest, textOf } from "./http.ts";

export type {
  Cluster as ClusterEntry,
  Context as ContextEntry,
  User as UserEntry,
} from "@kubernetes/client-node";

type Dispatcher = NonNullable<ReturnType<RequestContext["getDispatcher"]>>;

/**
 * The library makes a new pool of connections for each request, and so a TLS handshake each. This one keeps the pool
 * for as long as certificates and proxy stay the same.
 */
export class PooledConfig extends KubeConfig {
  #options = "";
  #pool: { readonly options: string; readonly dispatcher: Dispatcher } | undefined;
  #turn: Promise<void> = Promise.resolve();

  get serverUrl(): string {
    return this.getCurrentCluster()?.server ?? "";
  }

  override createDispatcherOptions(
    ...args: Parameters<KubeConfig["createDispatcherOptions"]>
  ): ReturnType<KubeConfig["createDispatcherOptions"]> {
    const options = super.createDispatcherOptions(...args);
    this.#options = createHash("sha256").update(JSON.stringify(options)).digest("hex");
    return options;
  }

  /** Sets the credentials of a request; one after the other, so that a credential plugin runs once for all who wait. */
  authenticate(request: PooledRequest): Promise<void> {
    const result = this.#turn.then(() => this.applySecurityAuthentication(request));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The pool for what `createDispatcherOptions` was asked last: the library calls one right after the other. */
  pooled(dispatcher: Dispatcher): Dispatcher {
    if (this.#pool?.options !== this.#options) {
      this.close();
      this.#pool = { options: this.#options, dispatcher };
    }
    return this.#pool.dispatcher;
  }

  /** Ends connections once their requests are done. */
  close(): void {
    this.#pool?.dispatcher.close().catch(() => undefined);
    this.#pool = undefined;
  }
}

/** A request that goes over the connections of earlier ones. */
export class PooledRequest extends RequestContext {
  readonly #config: PooledConfig;

  constructor(url: string, method: HttpRequest["method"], config: PooledConfig) {
    super(url, method);
    this.#config = config;
  }

  override setDispatcher(dispatcher: Dispatcher): void {
    super.setDispatcher(this.#config.pooled(dispatcher));
  }
}

/** Sends a request whose credentials are set; rejects where there is no answer. */
export async function sendRequest(request: PooledRequest): Promise<HttpAnswer> {
  const { httpStatusCode, headers, body } = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
  return { status: httpStatusCode, headers, body: await textOf(body.stream()) };
}
