/** What a name is the name of. Names of one sort live together: they may refer to each other and can clash. */
export type Sort =
  /** `metadata.name`. */
  | "resource"
  /** A host of a ServiceEntry. */
  | "host"
  /** A label of pods, by key and value. */
  | "label"
  | "subset"
  | "route"
  | "listener"
  | "containerPort"
  | "servicePort"
  | "volume";

/** What a use refers to, and how to find it. Relative paths are those of `relativePath`. */
export type Target = ResourceTarget | HostTarget | LabelTarget | PartTarget;

/** A resource by its name. */
export interface ResourceTarget {
  readonly sort: "resource";
  /** `group/Kind`; the first is meant where no kind is written. */
  readonly types: readonly string[];
  /** Where the kind stands, and its group or API version. Types beyond `types` are then possible too. */
  readonly typeAt?: {
    readonly kind: string;
    readonly group?: string;
    readonly apiVersion?: string;
  };
  /** A flag that makes the last of `types` the one that is meant. */
  readonly lastIf?: string;
  /** Where the namespace stands, when it is another one than that of the resource. */
  readonly namespaceAt?: string;
  /** How the name is written: alone, as an Istio host, or as `namespace/name`. */
  readonly form?: "host" | "namespaced";
  /** Words that mean something else. */
  readonly except?: readonly string[];
}

/** A ServiceEntry by one of its hosts. */
export interface HostTarget {
  readonly sort: "host";
}

/** Pods by their labels. */
export interface LabelTarget {
  readonly sort: "label";
  /** A plain map of labels, or a `metav1.LabelSelector`. */
  readonly shape: "map" | "selector";
  /** Whose pods: any of the namespace, only the workload's own, or those behind the host at a relative path. */
  readonly pods: "any" | "own" | { readonly behindHost: string };
}

/** Something that is named inside a resource. */
export interface PartTarget {
  readonly sort: "subset" | "route" | "listener" | "containerPort" | "servicePort" | "volume";
  readonly of: Owner;
  /** Ports have names and numbers, and not every field takes both. */
  readonly only?: "names" | "numbers";
}

/** The resource that a part belongs to. */
export type Owner =
  /** The one whose name stands at a relative path. */
  | { readonly by: "name"; readonly at: string; readonly target: ResourceTarget }
  /** The DestinationRules for the host at a relative path. */
  | { readonly by: "rules"; readonly at: string }
  /** The Service or ServiceEntry of the host at a relative path. */
  | { readonly by: "host"; readonly at: string }
  /** The workloads that the selector at a path selects. */
  | { readonly by: "selector"; readonly at: string }
  /** The same container, or, outside of containers, the same resource. */
  | { readonly by: "same" };

/** A place where a name is used. */
export interface UseSite {
  /** Types (`group/Kind`) of resources. */
  readonly in: readonly string[];
  /** Patterns (see `compile`). For labels: where the map or selector stands. */
  readonly at: readonly string[];
  readonly to: Target;
  /** A relative path: where something stands there, the name means something else. */
  readonly unless?: string;
}

/** A place where a name is given. */
export interface DefinitionSite {
  readonly sort: Sort;
  /** Types of resources; undefined: all. */
  readonly in?: readonly string[];
  readonly at: readonly string[];
  /** The type of the resource that is named, when it is not the one that the name stands in. */
  readonly as?: string;
}
