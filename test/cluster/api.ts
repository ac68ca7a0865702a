import { Agent, request } from "node:https";

/** A Kubernetes object as the tests write it. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
};

/** What the API server answered; `body` is its JSON, or its text where it is none. */
export type Answer = { status: number; body: unknown };

/**
 * Talks to the API server as the admin, with nothing of the product in between: what the tests arrange and check must
 * not depend on what they test.
 */
export class Api {
  readonly #server: string;
  readonly #token: string;
  readonly #agent: Agent;

  constructor(server: string, token: string, certificate: Buffer) {
    this.#server = server;
    this.#token = token;
    this.#agent = new Agent({ ca: certificate, keepAlive: true, maxSockets: 40 });
  }

  /** One request. `type` is the content type of the body. */
  send(method: string, path: string, body?: unknown, type = "application/json"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.#token}`, "content-type": type };
      const outgoing = request(
        `${this.#server}${path}`,
        { method, agent: this.#agent, headers },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
          });
          answer.once("error", reject);
          answer.once("end", () => resolve({ status: answer.statusCode ?? 0, body: parsed(text) }));
        },
      );
      outgoing.once("error", reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** @throws Error with what the API server said, where it is no success */
  async expect(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
    const answer = await this.send(method, path, body, type);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  /** The object at a path, as `get /apis/apps/v1/namespaces/shop/deployments/web`. */
  async get(path: string): Promise<Manifest> {
    // The API server answers a GET of one object with that object.
    return (await this.expect("GET", path)) as Manifest;
  }

  /** Ends the connections, so that the process can end. */
  close(): void {
    this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
