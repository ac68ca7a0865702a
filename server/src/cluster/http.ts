/** One request to an API server or to Prometheus, as data. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** Below the server's address: `/api/v1/namespaces/shop/pods`. Its parts are encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Carries requests to one server, with the credentials of one user.
 * Rejects where there is no answer: `CredentialsError` where nothing was sent because the credentials could not be had,
 * the signal's reason, or whatever the network says.
 */
export interface Transport {
  /** Without anything secret. */
  readonly server: string;
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Reads the credentials anew where they are kept (a rotated token, an exec plugin).
   * @throws CredentialsError where they are gone, or now lead to another server
   */
  renew(): Promise<void>;
  /** A text without what is secret in the credentials. */
  redact(text: string): string;
  /** Ends the connections once their requests are done. */
  close(): void;
}

/** The credentials could not be had, and nothing was sent. The message is fit to be shown. */
export class CredentialsError extends Error {}

/** More than this is no answer to anything that is asked here. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** The answer is larger than `MAX_ANSWER_BYTES`; the rest was not read. */
export class TooLarge extends Error {}

/** A stream of bytes as text. @throws TooLarge */
export async function textOf(stream: AsyncIterable<Uint8Array> | null): Promise<string> {
  if (stream === null) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new TooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
