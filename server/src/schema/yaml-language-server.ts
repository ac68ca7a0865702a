import { randomUUID } from "node:crypto";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  InsertTextFormat,
  type Range as LineRange,
  type MarkupContent,
  TextEdit,
} from "vscode-languageserver-types";
import { getLanguageService } from "yaml-language-server/out/src/languageservice/yamlLanguageService.js";
import type { Range } from "../model/range.ts";
import type { SchemaCompletion, SchemaHover } from "./types.ts";

/** Something yaml-language-server says about a document, with offsets. */
export interface Problem {
  readonly range: Range;
  readonly message: string;
  /** Whether it says that the YAML itself is wrong. */
  readonly isSyntaxError: boolean;
  /** Whether it says that the schema is not met; neither this nor a syntax error is a matter of style. */
  readonly fromSchema: boolean;
  /** Fields that would be allowed, when the problem is an unknown one. */
  readonly fields: readonly string[];
  /** Values that would be allowed, when there is a list of them. */
  readonly values: readonly unknown[];
}

/**
 * yaml-language-server, fed one document at a time. Both its cache of parsed documents and its resolved schemas
 * are kept per slot, of which there is a fixed number, so its memory is bounded. Calls must not overlap.
 */
export interface YamlEngine {
  validate(slot: number, text: string): Promise<Problem[]>;
  complete(slot: number, text: string, offset: number): Promise<SchemaCompletion[]>;
  hover(slot: number, text: string, offset: number): Promise<SchemaHover | undefined>;
  /** Forgets the schema of a slot; `schemaOf` is asked again at its next use. */
  forget(slot: number): void;
}

export interface EngineOptions {
  readonly slots: number;
  /** JSON text of the schema that a slot stands for at the moment. */
  readonly schemaOf: (slot: number) => string | undefined;
  /** Failures inside the library: the call that met one has no results. */
  readonly onError: (error: unknown) => void;
}

/** Starts the library. Only its slots' schemas are ever loaded: every other address is refused. */
export function createYamlEngine(options: EngineOptions): YamlEngine {
  // The library caches documents per address for the whole process: no two engines may share one.
  const base = `nines:/${randomUUID()}`;
  const schemaUri = (slot: number) => `${base}/slot-${slot}.json`;
  const service = getLanguageService({
    schemaRequestService: async (uri) => {
      const slot = Array.from({ length: options.slots }, (_, each) => each).find(
        (each) => schemaUri(each) === uri,
      );
      const schema = slot === undefined ? undefined : options.schemaOf(slot);
      if (schema === undefined) throw new Error("Schemas are not loaded from addresses.");
      return schema;
    },
    workspaceContext: { resolveRelativePath: (path) => path },
    telemetry: {
      send: () => {},
      sendTrack: () => {},
      sendError: (_name, error) => options.onError(error),
    },
    clientCapabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
  });
  service.configure({
    validate: true,
    completion: true,
    hover: true,
    hoverSchemaSource: false,
    // What kubectl and Helm read YAML with still follows version 1.1: `on` and `yes` are booleans there.
    yamlVersion: "1.1",
    schemas: Array.from({ length: options.slots }, (_, slot) => ({
      uri: schemaUri(slot),
      fileMatch: [`slot-${slot}.yaml`],
    })),
  });
  let version = 0;
  const open = (slot: number, text: string) =>
    TextDocument.create(`${base}/slot-${slot}.yaml`, "yaml", ++version, text);

  return {
    async validate(slot, text) {
      const document = open(slot, text);
      return (await service.doValidation(document, false)).map((each) => problemOf(document, each));
    },
    async complete(slot, text, offset) {
      const document = open(slot, text);
      const list = await service.doComplete(document, document.positionAt(offset), false);
      return list.items.flatMap((item) => completionOf(document, item) ?? []);
    },
    async hover(slot, text, offset) {
      const document = open(slot, text);
      const hover = await service.doHover(document, document.positionAt(offset));
      const markdown = textOf(hover?.contents);
      return markdown && hover?.range ? { markdown, range: offsets(document, hover.range) } : undefined;
    },
    forget: (slot) => {
      service.resetSchema(schemaUri(slot));
    },
  };
}

function problemOf(document: TextDocument, { range, message, severity, data }: Diagnostic): Problem {
  return {
    range: offsets(document, range),
    message: typeof message === "string" ? message : textOf(message),
    // The library attaches the schema's address to what it found by a schema, and to nothing else.
    isSyntaxError: data?.schemaUri === undefined && severity === DiagnosticSeverity.Error,
    fromSchema: data?.schemaUri !== undefined,
    fields: data?.properties ?? [],
    values: data?.values ?? [],
  };
}

function completionOf(document: TextDocument, item: CompletionItem): SchemaCompletion | undefined {
  const edit = item.textEdit;
  // A Class stands for all required fields of an object at once, which completing one of them gives as well.
  if (!TextEdit.is(edit) || item.kind === CompletionItemKind.Class) return undefined;
  const documentation = textOf(item.documentation);
  return {
    label: item.label,
    kind: kindOf(item),
    insertText: edit.newText,
    isSnippet: item.insertTextFormat === InsertTextFormat.Snippet,
    range: offsets(document, edit.range),
    ...(documentation && { documentation }),
    ...(item.detail && { detail: item.detail }),
    ...(item.sortText && { sortText: item.sortText }),
    ...(item.filterText && { filterText: item.filterText }),
  };
}

function kindOf({ kind }: CompletionItem): SchemaCompletion["kind"] {
  if (kind === CompletionItemKind.Property) return "field";
  return kind === CompletionItemKind.Snippet ? "snippet" : "value";
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  // LSP's MarkupContent, the only other form the library produces.
  return (content as MarkupContent | undefined)?.value ?? "";
}

function offsets(document: TextDocument, range: LineRange): Range {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}
