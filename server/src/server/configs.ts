import { type Config, defaultConfig } from "../config/config.ts";
import { ConfigStore } from "../config/store.ts";
import type { SourceFile } from "../model/document.ts";
import type { Rule } from "../rules/rule.ts";
import { type Profile, profiles } from "../rules/severity.ts";

/**
 * The `.nines.yaml` files, seen under each profile that the editor's settings may choose where none stands: the
 * settings of two workspace folders may differ.
 */
export class Configs {
  readonly #stores: ReadonlyMap<Profile, ConfigStore>;

  constructor(rules: readonly Rule[]) {
    this.#stores = new Map(profiles.map((profile) => [profile, new ConfigStore(rules, { profile })]));
  }

  /** Takes in a `.nines.yaml` or its new text. */
  set(file: SourceFile): void {
    for (const store of this.#stores.values()) store.set(file);
  }

  delete(uri: string): void {
    for (const store of this.#stores.values()) store.delete(uri);
  }

  /** The configuration that counts for a file; `profile` where no `.nines.yaml` does. */
  configFor(uri: string, profile: Profile): Config {
    return this.#stores.get(profile)?.configFor(uri) ?? defaultConfig;
  }
}
