import type { Operation } from "rfc6902";

/**
 * The cluster as a traffic shift sees it. The engine is pure: whoever connects passes an implementation in
 * (server/src/cluster/ over the Kubernetes client; tests over plain data). Nothing here throws for what a cluster
 * may answer: every failure is a value, so that a failed read can only ever become "unknown".
 */
export interface Cluster {
  /** Whom we talk to, and as whom. */
  identity(signal: AbortSignal): Promise<Outcome<Identity>>;
  /** One object, read from the API server itself (no cache, no `resourceVersion=0`). */
  get(ref: ObjectRef, signal: AbortSignal): Promise<Outcome<KubeObject>>;
  /**
   * Every object of a type, all pages. `pick` is applied page by page and what it returns `undefined` for is left
   * out, so that 5,000 Pods never stand in memory at once.
   */
  list<T>(
    type: ResourceType,
    query: ListQuery,
    pick: (object: KubeObject) => T | undefined,
    signal: AbortSignal,
  ): Promise<Outcome<readonly T[]>>;
  /** SelfSubjectAccessReview: whether the user may do this. A review that fails is a failure, not a no. */
  mayI(access: Access, signal: AbortSignal): Promise<Outcome<boolean>>;
  /**
   * `PATCH` with `application/json-patch+json`, field manager `nines`, `fieldValidation=Strict`. Returns the object
   * as it is afterwards (with `dryRun`: as it would be). Must not be repeated by the implementation after an unclear
   * end: whether the first attempt was carried out is for the engine to find out by reading.
   */
  patch(
    ref: ObjectRef,
    operations: readonly Operation[],
    options: PatchOptions,
    signal: AbortSignal,
  ): Promise<Outcome<KubeObject>>;
}

/** What comes back: a value, or why there is none. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** Why a request had no result. */
export interface Failure {
  readonly kind: FailureKind;
  /** What the server or the system said, one line, never with tokens, certificates or Secret contents. */
  readonly message: string;
  /** Throttled only: what the server asked for (`Retry-After`). */
  readonly retryAfterSeconds?: number;
}

export type FailureKind =
  /** 401: the credentials are missing or have run out. */
  | "unauthorized"
  /** 403. */
  | "forbidden"
  /** 404: there is no such object. */
  | "notFound"
  /** 404 of the type: no CRD of this group is installed, or in none of the versions asked for. So there are no objects. */
  | "notServed"
  /** 409: another resourceVersion. */
  | "conflict"
  /** 400 and 422: the patch does not fit the object (a `test` failed), or validation or an admission webhook refuses it. */
  | "invalid"
  /** 429, or 503 with `Retry-After` to a read. Not carried out. */
  | "throttled"
  /** No connection was made, so nothing was carried out. */
  | "unreachable"
  /** The connection or the time ended after the request was sent, or a 5xx came: it may have been carried out. */
  | "unclear"
  /** The caller's signal was aborted. A write may have been carried out. */
  | "cancelled";

/** An object as JSON. Whatever its fields hold was written by others and is looked at with care. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly time?: string;
  readonly subresource?: string;
  /** `fieldsV1`: a tree of `f:name` keys. */
  readonly fieldsV1?: unknown;
}

/** A type of objects. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  /** Versions that the engine understands, best first; the first that the server serves is used. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly kind: string;
}

/** Names one object. */
export interface ObjectRef {
  readonly type: ResourceType;
  /** Undefined for objects of the whole cluster. */
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface ListQuery {
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** As the API takes it: `app=web,version=v2`. */
  readonly labelSelector?: string;
  /** As the API takes it: `status.phase!=Failed`. */
  readonly fieldSelector?: string;
  /** Only `metadata` is needed: nothing else has to be sent, and `kind` need not be the object's own. */
  readonly metadataOnly?: boolean;
}

/** What a person may want to do to an object. */
export interface Access {
  readonly verb: "get" | "list" | "patch";
  readonly ref: ObjectRef;
  readonly subresource?: "status";
}

export interface PatchOptions {
  /** `dryRun=All`: everything but the writing. */
  readonly dryRun: boolean;
  readonly subresource?: "status";
}

/** Whom we talk to. Nothing of it is secret. */
export interface Identity {
  readonly context: string;
  /** The API server's address. */
  readonly server: string;
  /** What the server takes us for (SelfSubjectReview); undefined where it does not say. */
  readonly user: string | undefined;
  /** The context's default namespace. */
  readonly namespace: string;
}

/** Where numbers about the traffic come from. */
export interface Metrics {
  /** For people: the address, or the Service it is reached through. Never with credentials. */
  readonly source: string;
  /** An instant query, POSTed. `Failure.kind` is `invalid` for a query that is not understood. */
  query(promql: string, signal: AbortSignal): Promise<Outcome<readonly Sample[]>>;
}

/** One element of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN (0 ÷ 0: no traffic) or infinite. */
  readonly value: number;
}

/** Time, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. Never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What writes leave as their field manager. */
export const FIELD_MANAGER = "nines";

export function success<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failure(kind: FailureKind, message: string): { ok: false; failure: Failure } {
  return { ok: false, failure: { kind, message } };
}
