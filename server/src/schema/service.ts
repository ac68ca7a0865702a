import { type BundledSchemas, loadBundledSchemas } from "./bundled.ts";
import { findingsFrom } from "./findings.ts";
import { isReasonable, withoutSchemaAddress } from "./guard.ts";
import { keyOf, ProvidedSchemas, typeOf } from "./provided.ts";
import { Slots } from "./slots.ts";
import { withoutStartedField } from "./started-field.ts";
import { completeType } from "./type-completion.ts";
import type { JsonSchema, ProvidedSchema, ResourceType, SchemaDocument, SchemaService } from "./types.ts";
import type { YamlEngine } from "./yaml-language-server.ts";

export interface SchemaServiceOptions {
  /** How many kinds keep their resolved schema at the same time, a megabyte or so each. */
  readonly maximumKinds?: number;
  /** Told about failures that leave a call without results. */
  readonly onError?: (error: unknown) => void;
}

/** Creates the service; cheap, since everything is loaded by the first call that needs it. */
export function createSchemaService({
  maximumKinds = 20,
  onError = () => {},
}: SchemaServiceOptions = {}): SchemaService {
  const provided = new ProvidedSchemas();
  let bundled: Promise<BundledSchemas> | undefined;
  let engine: Promise<YamlEngine> | undefined;
  let release: (slot: number) => void = () => {};
  let last: Promise<unknown> = Promise.resolve();
  const slots = new Slots<string>(maximumKinds, (slot) => release(slot));

  const loadBundled = () => {
    bundled ??= loadBundledSchemas();
    return bundled;
  };
  const startEngine = async (known: BundledSchemas) => {
    const { createYamlEngine } = await import("./yaml-language-server.ts");
    const schemaOf = (slot: number) => {
      const key = slots.keyOf(slot);
      return key === undefined ? undefined : schemaText(typeOf(key), known, provided);
    };
    const started = createYamlEngine({ slots: maximumKinds, schemaOf, onError });
    release = (slot) => started.forget(slot);
    return started;
  };

  /** Runs one call of the library after the other: a slot must not change its kind under a running one. */
  const inTurn = <T>(task: () => Promise<T>, fallback: T): Promise<T> => {
    const result = last.then(task).catch((error: unknown) => {
      onError(error);
      return fallback;
    });
    last = result;
    return result;
  };
  const withSchema = <T>(
    document: SchemaDocument,
    fallback: T,
    use: (engine: YamlEngine, slot: number, text: string) => Promise<T>,
  ): Promise<T> =>
    inTurn(async () => {
      const { text, apiVersion, kind } = document;
      if (!apiVersion || !kind) return fallback;
      const known = await loadBundled();
      const type = { apiVersion, kind };
      const hasSchema = provided.find(type) !== undefined || known.knows(type);
      if (!hasSchema || !isReasonable(text)) return fallback;
      engine ??= startEngine(known);
      return use(await engine, slots.use(keyOf(type)), withoutSchemaAddress(text));
    }, fallback);

  const originOf = ({ apiVersion = "", kind = "" }: SchemaDocument) =>
    provided.find({ apiVersion, kind })?.origin;

  return {
    validate: (document) =>
      withSchema(document, [], async (started, slot, text) =>
        findingsFrom(await started.validate(slot, text), document, originOf(document)),
      ),
    async complete(document, offset) {
      const known = await loadBundled();
      const types = new Map([...provided.types, ...known.types].map((type) => [keyOf(type), type]));
      const ofType = completeType(document, offset, [...types.values()]);
      if (ofType !== undefined) return ofType;
      const open = withoutStartedField(document.text, offset);
      return withSchema({ ...document, text: open.text }, [], (started, slot, text) =>
        started.complete(slot, text, open.offset),
      );
    },
    hover: (document, offset) =>
      withSchema(document, undefined, (started, slot, text) => started.hover(slot, text, offset)),
    setSchemas(source, schemas) {
      for (const key of provided.replace(source, schemas)) slots.drop(key);
    },
  };
}

/** JSON text of the schema for a type, the user's own before the bundled one. */
function schemaText(
  type: ResourceType,
  bundled: BundledSchemas,
  provided: ProvidedSchemas,
): string | undefined {
  const own = provided.find(type);
  if (own?.isWritten === false) return JSON.stringify(own.load());
  return own ? withMetadata(own, bundled) : bundled.schemaOf(type);
}

/** A provided schema says nothing about `metadata`, which is the same for every kind. */
function withMetadata(own: ProvidedSchema, bundled: BundledSchemas): string {
  const schema: JsonSchema = own.load();
  const { reference, definitions } = bundled.metadata();
  const properties = { ...schema.properties, metadata: { $ref: reference } };
  const text = JSON.stringify({ ...schema, properties, definitions: undefined });
  const others = JSON.stringify(schema.definitions ?? {}).slice(1, -1);
  const all = others === "" ? definitions : `{${others},${definitions.slice(1)}`;
  return `${text.slice(0, -1)},"definitions":${all}}`;
}
