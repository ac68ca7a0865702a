import type { Message } from "../model/message.ts";
import type { Range } from "../model/range.ts";

/** What decides which schema a document has to follow. */
export interface ResourceType {
  /** As written in a manifest: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** One YAML (or JSON) document of a file. Every offset counts from the start of `text`. */
export interface SchemaDocument extends Partial<{ readonly [K in keyof ResourceType]: string | undefined }> {
  /** The text with template actions already replaced at equal length. */
  readonly text: string;
  /** Where template actions stood: no finding touches one. */
  readonly masks?: readonly Range[];
  /** A patch or a template: something else fills in the fields that are missing here. */
  readonly partial?: boolean;
}

/** What is wrong; stable, used as the diagnostic's code. */
export type SchemaFindingCode =
  | "schema-unknown-field"
  | "schema-missing-field"
  | "schema-type"
  | "schema-value";

export interface SchemaFinding {
  readonly code: SchemaFindingCode;
  /** `error`: the API server rejects it. `warning`: it is rejected or dropped, depending on who applies it. */
  readonly severity: "error" | "warning";
  readonly message: Message;
  readonly range: Range;
  /** The name or value that was probably meant by what stands at `range`. */
  readonly suggestion?: string;
}

export interface SchemaCompletion {
  readonly label: string;
  readonly kind: "field" | "value" | "snippet";
  /** Replaces `range`. Holds `${1:placeholder}` tab stops when `isSnippet`. */
  readonly insertText: string;
  readonly isSnippet: boolean;
  readonly range: Range;
  /** Markdown. */
  readonly documentation?: string;
  readonly detail?: string;
  readonly sortText?: string;
  readonly filterText?: string;
}

export interface SchemaHover {
  readonly markdown: string;
  /** What the text is about. */
  readonly range: Range;
}

/** A schema that comes from the user: a CustomResourceDefinition of the workspace, or a cluster's OpenAPI. */
export interface ProvidedSchema extends ResourceType {
  /** Where it was found, for people: a path, or a cluster's name. */
  readonly origin?: string;
  /** False for a type that documents do not state themselves: it is not offered for `apiVersion` and `kind`. */
  readonly isWritten?: boolean;
  /** True for what a cluster serves: definitions in the workspace precede it, since they are what is to be applied. */
  readonly isLive?: boolean;
  /** True for what is only in part: any other schema precedes it. */
  readonly isPartial?: boolean;
  /** Called at most once per use, when a document of this type is looked at. May throw: then the kind is unknown. */
  readonly load: () => JsonSchema;
}

/** The part of JSON Schema (draft 7) that this folder writes. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly $ref?: string;
  /** What `$ref` names as `#/definitions/NAME`; at the root only. */
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/**
 * Schema knowledge about single documents. Works offline on plain text and offsets; a kind without a schema gets
 * no findings. Nothing is loaded before the first call that needs it.
 */
export interface SchemaService {
  /** What the API server would not accept. Empty while the document's YAML is broken: that is reported elsewhere. */
  validate(document: SchemaDocument): Promise<SchemaFinding[]>;
  /** What may be written at an offset, `apiVersion` and `kind` included. */
  complete(document: SchemaDocument, offset: number): Promise<SchemaCompletion[]>;
  /** What the field at an offset means. */
  hover(document: SchemaDocument, offset: number): Promise<SchemaHover | undefined>;
  /**
   * Replaces the schemas that one source (the URI of a CRD file, say) provides; an empty list withdraws them.
   * They precede the bundled ones. Other types keep what was resolved for them.
   */
  setSchemas(source: string, schemas: readonly ProvidedSchema[]): void;
}
