import { setImmediate } from "node:timers/promises";
import type { SourceFile } from "../model/document.ts";
import type { Node } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { scanHeader } from "../model/scan.ts";
import { schemasOfCrd } from "../schema/crd.ts";
import type { ProvidedSchema, SchemaService } from "../schema/types.ts";
import type { Doubt, Session } from "./session.ts";

const KIND = "CustomResourceDefinition";

/** Gives the schema service the types that CustomResourceDefinitions of the workspace define. */
export class CustomResources {
  readonly #session: Session;
  readonly #service: SchemaService;
  /** Called when types came or went. */
  readonly #changed: () => void;
  /** The texts whose types are known, by canonical URI. */
  readonly #texts = new Map<string, string>();
  #work: Promise<void> = Promise.resolve();

  constructor(session: Session, service: SchemaService, changed: () => void) {
    this.#session = session;
    this.#service = service;
    this.#changed = changed;
  }

  /** Looks again at files that may have changed, in the background. */
  changed({ everything, uris }: Doubt): void {
    const stale = everything ? [...this.#session.uris(), ...this.#texts.keys()] : [...uris];
    const files = stale.filter((uri) => this.#texts.has(uri) || this.#session.file(uri)?.text.includes(KIND));
    if (files.length > 0) this.#work = this.#work.then(() => this.#read(files));
  }

  async #read(uris: readonly string[]): Promise<void> {
    let any = false;
    for (const uri of uris) {
      const file = this.#session.file(uri);
      if (file?.text === this.#texts.get(uri)) continue;
      await setImmediate();
      any = true;
      this.#service.setSchemas(uri, file === undefined ? [] : schemasIn(file));
      if (file === undefined) this.#texts.delete(uri);
      else this.#texts.set(uri, file.text);
    }
    if (any) this.#changed();
  }
}

function schemasIn(file: SourceFile): ProvidedSchema[] {
  return file.documents.flatMap((document) => {
    if (scanHeader(document.text).kind !== KIND) return [];
    const { root } = parseDocument(document.text);
    return root === undefined ? [] : schemasOfCrd(plainOf(root), file.uri);
  });
}

/** A node as plain data; keys that mean something to JavaScript are just keys. */
function plainOf(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "seq") return node.items.map(plainOf);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.source, plainOf(value)]));
}
