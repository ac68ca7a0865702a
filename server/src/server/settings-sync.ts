import { isDeepStrictEqual } from "node:util";
import {
  type ConfigurationItem,
  type Connection,
  DidChangeConfigurationNotification,
} from "vscode-languageserver/node";
import type { ClientFeatures } from "../features/client.ts";
import type { Folders } from "./folders.ts";
import { readSettings, type Settings } from "./settings.ts";

const SECTIONS = ["nines", "files.exclude"];

/** What changed in the settings. */
export interface SettingsChange {
  /** Folders in which other files are left out now. */
  readonly reread: readonly string[];
}

/** Keeps the folders' settings as the client has them. */
export class SettingsSync {
  readonly #connection: Connection;
  readonly #client: ClientFeatures;
  readonly #folders: Folders;

  /** `changed` is called after every change, but not for the first `read`. */
  constructor(
    connection: Connection,
    client: ClientFeatures,
    folders: Folders,
    changed: (change: SettingsChange) => void,
  ) {
    this.#connection = connection;
    this.#client = client;
    this.#folders = folders;
    connection.onDidChangeConfiguration(async ({ settings }) => {
      const before = this.#all();
      if (client.configuration) await this.read();
      else this.#take(settings);
      const after = this.#all();
      if (isDeepStrictEqual(before, after)) return;
      const reread = this.#folders.uris.filter(
        (uri) => !isDeepStrictEqual(before.get(uri)?.exclude, after.get(uri)?.exclude),
      );
      changed({ reread });
    });
  }

  /** Asks the client to say when settings change. */
  async register(): Promise<void> {
    if (!this.#client.registersConfiguration) return;
    await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: SECTIONS });
  }

  /** Asks the client for the settings of every folder. */
  async read(): Promise<void> {
    if (!this.#client.configuration) return;
    const scopes: (string | undefined)[] = [undefined, ...this.#folders.uris];
    const items = scopes.flatMap((scopeUri) =>
      SECTIONS.map((section) => (scopeUri === undefined ? { section } : { scopeUri, section })),
    );
    const answers = await this.#ask(items);
    for (const [i, scope] of scopes.entries()) {
      this.#folders.configure(scope, readSettings(answers[2 * i], answers[2 * i + 1]));
    }
  }

  /** A client that cannot answer after all leaves the defaults. */
  async #ask(items: ConfigurationItem[]): Promise<unknown[]> {
    try {
      return await this.#connection.workspace.getConfiguration(items);
    } catch (error) {
      this.#connection.console.warn(`The client gave no settings, so the defaults count: ${String(error)}`);
      return [];
    }
  }

  /** Takes settings that a client sends by itself; they count everywhere. */
  #take(settings: unknown): void {
    const nines =
      typeof settings === "object" && settings !== null && "nines" in settings ? settings.nines : undefined;
    for (const scope of [undefined, ...this.#folders.uris])
      this.#folders.configure(scope, readSettings(nines, undefined));
  }

  #all(): ReadonlyMap<string | undefined, Settings> {
    const scopes = [undefined, ...this.#folders.uris];
    return new Map(scopes.map((scope) => [scope, this.#folders.settingsOf(scope ?? "")]));
  }
}
