import { type Failure, type FailureKind, failure } from "../traffic/shift/cluster.ts";
import { CredentialsError, type HttpAnswer, type HttpRequest, TooLarge } from "./http.ts";
import { oneLine } from "./redact.ts";

/** What a Status of the API server says, as far as it is one. */
interface Status {
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly details?: { readonly name?: unknown } | null;
}

/** Codes of the system and of TLS that mean: no connection was made, so nothing was carried out. */
const NOT_CONNECTED: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved now",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network to it",
  ETIMEDOUT: "no connection came about in time",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
  UND_ERR_PRX_TLS: "the connection to the proxy failed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not signed by the authority of the kubeconfig",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not signed by the authority of the kubeconfig",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not signed by the authority of the kubeconfig",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not signed by a known authority",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
  "bad port": "its port is one that is kept for another protocol",
};

/** The failure that an answer of the API server to a request is. Call it for a status of 300 and more. */
export function failureOfAnswer(
  answer: HttpAnswer,
  method: HttpRequest["method"],
  redact: (text: string) => string,
): Failure {
  const status = statusOf(answer);
  const said = typeof status?.message === "string" ? withoutObjects(status.message) : "";
  const message = oneLine(redact(said)) || `The API server answered with HTTP status ${answer.status}.`;
  const kind = kindOf(answer, method, status);
  const seconds = retryAfter(answer);
  return kind === "throttled" && seconds !== undefined
    ? { kind, message, retryAfterSeconds: seconds }
    : { kind, message };
}

/** The API server quotes whole objects where they are invalid, before it says what is wrong with them. */
function withoutObjects(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.){80,}"/gs, '"…"');
}

function kindOf(answer: HttpAnswer, method: HttpRequest["method"], status: Status | undefined): FailureKind {
  switch (answer.status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      // Only an API server that knows the type tells of an object.
      return typeof status?.details?.name === "string" ? "notFound" : "notServed";
    case 409:
      return "conflict";
    case 400:
    case 422:
      return "invalid";
    case 429:
      return "throttled";
    case 503:
      // A proxy may say it after it has passed the request on.
      return method === "PATCH" || retryAfter(answer) === undefined ? "unclear" : "throttled";
    default:
      return answer.status >= 500 || answer.status < 400 ? "unclear" : "invalid";
  }
}

/** What the server asks to wait, in seconds; undefined where it does not say. Dates are not used by API servers. */
export function retryAfter({ headers }: HttpAnswer): number | undefined {
  const seconds = Number(headers["retry-after"]?.trim() || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** The failure of a request that had no answer. */
export function failureOfError(error: unknown, server: string, signal: AbortSignal): Failure {
  if (signal.aborted) return { kind: "cancelled", message: "The request was cancelled." };
  if (error instanceof CredentialsError) return { kind: "unauthorized", message: error.message };
  if (error instanceof TooLarge) {
    return { kind: "unclear", message: `The answer of ${server} is larger than 64 MB and was not read.` };
  }
  const codes = codesOf(error);
  const reason = codes.map(whyNotConnected).find((text) => text !== undefined);
  if (reason !== undefined)
    return { kind: "unreachable", message: `${server} cannot be reached: ${reason}.` };
  if (codes.includes("TimeoutError")) {
    return { kind: "unclear", message: `${server} did not answer in time.` };
  }
  // The library's own sentence may hold anything, even headers: only its code is told.
  const code = codes[0] === undefined ? "" : ` (${oneLine(codes[0])})`;
  return { kind: "unclear", message: `The connection to ${server} ended before the answer came${code}.` };
}

function whyNotConnected(code: string): string | undefined {
  if (/^ERR_OSSL_|^ERR_CRYPTO_|KEY_VALUES_MISMATCH/.test(code)) {
    return "the client certificate or key of the kubeconfig cannot be used";
  }
  return Object.hasOwn(NOT_CONNECTED, code) ? NOT_CONNECTED[code] : undefined;
}

/** Whether a connection that had been made ended before an answer came. */
export function isConnectionLost(error: unknown): boolean {
  const lost = ["UND_ERR_SOCKET", "UND_ERR_CLOSED", "UND_ERR_DESTROYED", "ECONNRESET", "EPIPE"];
  return codesOf(error).some((code) => lost.includes(code));
}

/** The codes of an error, its causes and its parts, outermost first. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== "object" || error === null || depth > 5) return [];
  const { code, syscall, name, message, cause, errors }: ErrorFields = error;
  // The network may also break down under a connection that was made, and then a request was sent.
  const isLater = code !== "ECONNRESET" && code !== "EPIPE" && (syscall === "read" || syscall === "write");
  return [
    ...(typeof code === "string" ? [isLater ? `${syscall} ${code}` : code] : []),
    ...(name === "TimeoutError" ? [name] : []),
    // The only one of fetch's own refusals that a kubeconfig can lead to; it has no code.
    ...(message === "bad port" ? ["bad port"] : []),
    ...codesOf(cause, depth + 1),
    ...(Array.isArray(errors) ? errors.flatMap((part) => codesOf(part, depth + 1)) : []),
  ];
}

type ErrorFields = { [field in "code" | "syscall" | "name" | "message" | "cause" | "errors"]?: unknown };

function statusOf(answer: HttpAnswer): Status | undefined {
  const value = parseJson(answer.body);
  return typeof value === "object" && value !== null ? value : undefined;
}

/** The JSON of a text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that is no JSON of the kind that was asked for. */
export function notUnderstood(server: string): { ok: false; failure: Failure } {
  return failure(
    "unclear",
    `The answer of ${server} is not what an API server answers. Something in between may have answered, such as a login page of a proxy.`,
  );
}
