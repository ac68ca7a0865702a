import { unlessAborted } from "./abort.ts";
import { type PooledConfig, PooledRequest, sendRequest } from "./client.ts";
import { CredentialsError, type HttpAnswer, type HttpRequest, type Transport } from "./http.ts";
import { redacted } from "./redact.ts";

/** So long after a renewal, the credentials count as new. */
const RENEWAL_COUNTS_MS = 5_000;

/** Carries requests to the API server of one context. */
export class KubeTransport implements Transport {
  readonly server: string;
  readonly #url: string;
  readonly #reload: () => PooledConfig;
  readonly #secrets = new Set<string>();
  #config: PooledConfig;
  #renewedAt = 0;

  /** `reload` reads the same context anew; it throws where there is none any more. */
  constructor(config: PooledConfig, reload: () => PooledConfig) {
    this.#config = config;
    this.#reload = reload;
    this.#url = config.serverUrl;
    this.server = redacted(this.#url);
    this.#remember();
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const config = this.#config;
    const context = new PooledRequest(`${this.#url}${request.path}`, request.method, config);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) context.setQueryParam(name, value);
    }
    const headers = {
      accept: "application/json",
      "user-agent": "nines",
      // On the same machine, compressing takes longer than sending.
      ...(isLoopback(this.#url) && { "accept-encoding": "identity" }),
      ...request.headers,
    };
    for (const [name, value] of Object.entries(headers)) context.setHeaderParam(name, value);
    if (request.body !== undefined) context.setBody(request.body);
    await this.#authenticate(config, context, signal);
    context.setSignal(signal);
    return sendRequest(context);
  }

  async renew(): Promise<void> {
    // Requests that were sent side by side come back with 401 side by side.
    if (Date.now() - this.#renewedAt < RENEWAL_COUNTS_MS) return;
    this.#renewedAt = Date.now();
    const name = this.#config.getCurrentContext();
    const config = this.#reloaded(name);
    if (config.serverUrl !== this.#url) {
      throw new CredentialsError(
        `The context ${name} of the kubeconfig now leads to another server than ${this.server}. Connect again.`,
      );
    }
    this.#config.close();
    this.#config = config;
    this.#remember();
  }

  redact(text: string): string {
    return redacted(text, this.#secrets);
  }

  close(): void {
    this.#config.close();
  }

  #reloaded(name: string): PooledConfig {
    try {
      return this.#reload();
    } catch {
      throw new CredentialsError(`The kubeconfig no longer holds a complete context ${name}. Connect again.`);
    }
  }

  async #authenticate(config: PooledConfig, context: PooledRequest, signal: AbortSignal): Promise<void> {
    try {
      await unlessAborted(config.authenticate(context), signal);
    } catch (error) {
      throw new CredentialsError(whyNoCredentials(error, config));
    }
    const header = Object.entries(context.getHeaders()).find(
      ([name]) => name.toLowerCase() === "authorization",
    );
    const credential = header?.[1].split(" ")[1];
    if (credential !== undefined) this.#secrets.add(credential);
  }

  /** Keeps what must never be shown. */
  #remember(): void {
    const user = this.#config.getCurrentUser();
    const known = [user?.token, user?.password, user?.keyData, user?.certData];
    const config: unknown = user?.authProvider?.config;
    if (typeof config === "object" && config !== null) known.push(...Object.values(config));
    for (const value of known) if (typeof value === "string") this.#secrets.add(value.trim());
  }
}

function isLoopback(url: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** A sentence without anything that the plugin or the library said: it may hold tokens. */
function whyNoCredentials(error: unknown, config: PooledConfig): string {
  const user = config.getCurrentUser();
  const { code, path, name }: { code?: unknown; path?: unknown; name?: unknown } =
    typeof error === "object" && error !== null ? error : {};
  const command: unknown = user?.exec?.command;
  if (typeof command === "string") {
    const program = `The program ${command}, which the kubeconfig names for the credentials of ${user?.name},`;
    if (code === "ENOENT") {
      return `${program} was not found. Install it, or put it on the PATH that VS Code is started with.`;
    }
    return name === "TimeoutError"
      ? `${program} has not ended in time. It may wait for a login in the browser; finish that and try again.`
      : `${program} failed. Run it in a terminal: a login may have run out.`;
  }
  if (typeof path === "string") {
    return `The file ${path}, which the kubeconfig names for the credentials of ${user?.name}, cannot be read.`;
  }
  if (config.getCurrentCluster()?.server.startsWith("http:") === true) {
    return "The kubeconfig's address begins with http://, so credentials would be readable on the way. Use https://, or set insecure-skip-tls-verify: true for the cluster to allow it.";
  }
  return `The credentials of ${user?.name ?? "the context"} could not be made ready. Try kubectl with the same context: a login may have run out.`;
}
