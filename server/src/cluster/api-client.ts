import { type Outcome, success } from "../traffic/shift/cluster.ts";
import { sleep } from "./abort.ts";
import {
  failureOfAnswer,
  failureOfError,
  isConnectionLost,
  notUnderstood,
  parseJson,
  retryAfter,
} from "./failures.ts";
import type { HttpAnswer, HttpRequest, Transport } from "./http.ts";

/** How long requests may take. */
export interface Limits {
  /** For one attempt, from sending to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  /** How often a throttled request is sent again. */
  readonly retries: number;
  /** A server that asks for more patience than this gets none: the caller decides, in seconds. */
  readonly longestWaitSeconds: number;
}

const LIMITS: Limits = { timeoutMs: 15_000, retries: 3, longestWaitSeconds: 10 };

/** In milliseconds: after a connection was lost, before a read goes over another. */
const SETTLE_MS = 100;

/** Sends requests to an API server: waits where it is throttled, renews credentials that have run out, times out. */
export class ApiClient {
  readonly #transport: Transport;
  readonly #limits: Limits;

  constructor(transport: Transport, limits: Partial<Limits> = {}) {
    this.#transport = transport;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** The API server's address. */
  get server(): string {
    return this.#transport.server;
  }

  /** The JSON object that the server answers with. Never rejects. */
  async json(request: HttpRequest, signal: AbortSignal): Promise<Outcome<object>> {
    return this.read(await this.answer(request, signal), request.method);
  }

  /** The JSON object of an answer to such a request; the failure that the answer is where it is no success. */
  read(outcome: Outcome<HttpAnswer>, method: HttpRequest["method"]): Outcome<object> {
    if (!outcome.ok) return outcome;
    const { status, body } = outcome.value;
    if (status < 200 || status >= 300) {
      const redact = (text: string) => this.#transport.redact(text);
      return { ok: false, failure: failureOfAnswer(outcome.value, method, redact) };
    }
    const value = parseJson(body);
    return typeof value === "object" && value !== null ? success(value) : notUnderstood(this.server);
  }

  /** The answer, whatever its status. Never rejects. */
  async answer(request: HttpRequest, signal: AbortSignal): Promise<Outcome<HttpAnswer>> {
    let isRenewed = false;
    for (let attempt = 0; ; ) {
      const outcome = await this.#once(request, signal);
      if (!outcome.ok) return outcome;
      const { status } = outcome.value;
      if (status === 401 && !isRenewed) {
        // 401 is said before anything is done, so that even a write may be sent again.
        isRenewed = true;
        const renewal = await this.#renew(signal);
        if (!renewal.ok) return renewal;
        continue;
      }
      const wait = this.#waitBeforeRetry(request, outcome.value);
      if (wait === undefined || attempt >= this.#limits.retries) return outcome;
      attempt += 1;
      await sleep(wait * 1000, signal);
    }
  }

  /** One attempt; two for a read whose connection turns out to have been closed, which loses nothing. */
  async #once(request: HttpRequest, signal: AbortSignal): Promise<Outcome<HttpAnswer>> {
    for (let attempts = request.method === "GET" ? 2 : 1; ; attempts -= 1) {
      const either = AbortSignal.any([signal, AbortSignal.timeout(this.#limits.timeoutMs)]);
      try {
        return success(await this.#transport.send(request, either));
      } catch (error) {
        if (attempts > 1 && !either.aborted && isConnectionLost(error)) {
          // Other kept connections have ended too, which is noticed meanwhile.
          await sleep(SETTLE_MS, either);
          continue;
        }
        return { ok: false, failure: failureOfError(error, this.server, signal) };
      }
    }
  }

  async #renew(signal: AbortSignal): Promise<Outcome<undefined>> {
    try {
      await this.#transport.renew();
      return success(undefined);
    } catch (error) {
      return { ok: false, failure: failureOfError(error, this.server, signal) };
    }
  }

  /** Seconds to wait before the same is asked again; undefined where the answer stands. */
  #waitBeforeRetry(request: HttpRequest, answer: HttpAnswer): number | undefined {
    // 429 is said before anything is done, 503 perhaps not.
    const isThrottled = answer.status === 429 || (answer.status === 503 && request.method === "GET");
    if (!isThrottled) return undefined;
    const seconds = retryAfter(answer) ?? (answer.status === 429 ? 1 : undefined);
    return seconds !== undefined && seconds <= this.#limits.longestWaitSeconds ? seconds : undefined;
  }
}
