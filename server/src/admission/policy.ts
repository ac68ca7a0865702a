/** API objects that a policy looks at: `resources` are plural names, `versions` all those in which the expressions hold. */
export interface Target {
  readonly group: string;
  readonly versions: readonly string[];
  readonly resources: readonly string[];
}

/** One thing that is wrong with an object, in CEL (https://kubernetes.io/docs/reference/using-api/cel/). */
export interface Complaint {
  /** A boolean expression: true where the object is wrong. */
  readonly when: string;
  /** The rule's own sentence; the same key of the catalogue, so that the two cannot drift apart. */
  readonly message: string;
  /** String expressions for the sentence's placeholders. */
  readonly values?: Readonly<Record<string, string>>;
}

/** What a policy asks of an object. */
export interface Body {
  /** Expressions by name, each of which may use those above it as `variables.<name>`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly complaints: readonly Complaint[];
}

/**
 * A rule as a ValidatingAdmissionPolicy. It must say of an object what the rule says of that object alone, and never
 * more: test/cluster/suite/admission.cluster.ts holds the two together on a real API server.
 */
export interface AdmissionPolicy {
  readonly ruleId: string;
  readonly targets: readonly Target[];
  /** Where the object says what is judged, as CEL behind `object.`: only a change of it is looked at. `?spec` when left out. */
  readonly judged?: readonly string[];
  /** What the rule reports and the policy does not, in English for docs/admission.md; undefined where it is the same. */
  readonly lacks?: string;
  /** What to ask, with the rule's options as they are in the configuration. */
  body(options: Readonly<Record<string, unknown>>): Body;
}
