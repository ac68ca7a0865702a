import { failure, type Outcome, type ResourceType, success } from "../traffic/shift/cluster.ts";
import type { ApiClient } from "./api-client.ts";
import { notUnderstood } from "./failures.ts";
import { arrayAt, objectsAt } from "./lists.ts";

/** How long an answer counts, in milliseconds: CRDs are installed seldom, but while people look on. */
const FRESH_MS = 30_000;

/**
 * Which versions of a type the API server serves. Asking first is what tells "there is no such type, so no objects"
 * from "you may not look": of a type that it does not know, an API server says "forbidden" to most people.
 */
export class Discovery {
  readonly #client: ApiClient;
  readonly #answers = new Map<string, { readonly at: number; readonly answer: Promise<Outcome<object>> }>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** The path of the type's group and version, for the best version that is served: `/apis/apps/v1`. */
  async baseOf(type: ResourceType, signal: AbortSignal): Promise<Outcome<string>> {
    if (type.group === "") return success(`/api/${type.versions[0] ?? "v1"}`);
    const served = await this.#versionsOf(type.group, signal);
    if (!served.ok) return served;
    for (const version of type.versions.filter((candidate) => served.value.includes(candidate))) {
      const base = `/apis/${type.group}/${version}`;
      const list = await this.#ask(base, signal);
      if (!list.ok) return list;
      if (objectsAt(list.value, "resources").some(({ name }) => name === type.plural)) return success(base);
    }
    return failure(
      "notServed",
      `${this.#client.server} does not serve ${type.plural}.${type.group} in a version that is known here.`,
    );
  }

  async #versionsOf(group: string, signal: AbortSignal): Promise<Outcome<readonly unknown[]>> {
    const answer = await this.#ask("/apis", signal);
    if (!answer.ok) return answer;
    // An empty list would say that nothing is installed: only an answer that has the form of one counts.
    if (arrayAt(answer.value, "groups") === undefined) return notUnderstood(this.#client.server);
    const found = objectsAt(answer.value, "groups").find(({ name }) => name === group);
    return success(objectsAt(found, "versions").map(({ version }) => version));
  }

  /** One request for all who ask at the same time, whoever of them gives up. */
  async #ask(path: string, signal: AbortSignal): Promise<Outcome<object>> {
    const known = this.#answers.get(path);
    if (known !== undefined && Date.now() - known.at < FRESH_MS) return orCancelled(known.answer, signal);
    const answer = this.#client.json({ method: "GET", path }, new AbortController().signal);
    this.#answers.set(path, { at: Date.now(), answer });
    void answer.then(({ ok }) => {
      if (!ok && this.#answers.get(path)?.answer === answer) this.#answers.delete(path);
    });
    return orCancelled(answer, signal);
  }
}

function orCancelled<T>(answer: Promise<Outcome<T>>, signal: AbortSignal): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const cancel = () => resolve(failure("cancelled", "The request was cancelled."));
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    void answer.then(resolve).finally(() => signal.removeEventListener("abort", cancel));
  });
}
