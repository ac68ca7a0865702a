import plan from "../../../schemas/disaster-recovery-plan.schema.json" with { type: "json" };
import cluster from "../../../schemas/vsphere-ha-cluster.schema.json" with { type: "json" };

/** The part of JSON Schema (draft 7) in which the documents of Nines are described. */
export interface DocumentSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, DocumentSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | DocumentSchema;
  readonly items?: DocumentSchema;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly examples?: readonly unknown[];
}

/** The apiVersion of the documents that Nines defines. */
export const OWN_API_VERSION = "nines/v1alpha1";

/** The schemas of the documents that Nines defines, by kind. References in them are followed by `resolved`. */
export const documentSchemas: Readonly<Record<string, DocumentSchema>> = {
  DisasterRecoveryPlan: plan,
  VSphereHACluster: cluster,
};

/** The schema that a reference stands for, with what is said beside the reference; others stay what they are. */
export function resolved(schema: DocumentSchema): DocumentSchema {
  const { $ref, ...own } = schema;
  if ($ref === undefined) return schema;
  // All definitions are in the plan's file; the other one refers to it.
  const [, pointer = ""] = $ref.split("#/");
  let target: unknown = plan;
  for (const step of pointer.split("/"))
    target = typeof target === "object" && target !== null ? Reflect.get(target, step) : undefined;
  return { ...resolved((target ?? {}) as DocumentSchema), ...own }; // a test follows every reference
}
