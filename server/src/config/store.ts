import type { SourceFile } from "../model/document.ts";
import type { Rule } from "../rules/rule.ts";
import type { Severity } from "../rules/severity.ts";
import { parentOf } from "../workspace/uri.ts";
import { type Config, defaultConfig, type RuleSetting } from "./config.ts";
import { readConfig } from "./read.ts";

/** What the caller (editor settings, command line) lays over every configuration. */
export interface Overlay {
  /** Profile where no `.nines.yaml` stands. */
  readonly profile?: Config["profile"];
  /** Severities that win over every file's. */
  readonly rules?: ReadonlyMap<string, Severity | "off">;
}

/** The configurations of a workspace by folder; the nearest one above a file counts for it. */
export class ConfigStore {
  readonly #rules: readonly Rule[];
  readonly #configs = new Map<string, Config>();
  #overlay: Overlay;
  /** Used for every file instead of those found: the command line's `--config`. */
  #forced: Config | undefined;
  #default: Config;

  constructor(rules: readonly Rule[], overlay: Overlay = {}) {
    this.#rules = rules;
    this.#overlay = overlay;
    this.#default = this.#lay(defaultConfig);
  }

  /** Replaces the overlay; configurations must be set again afterwards. */
  setOverlay(overlay: Overlay): void {
    this.#overlay = overlay;
    this.#default = this.#lay(defaultConfig);
    this.#configs.clear();
  }

  /** Takes in a `.nines.yaml` or its new text. */
  set(file: SourceFile): void {
    this.#configs.set(parentOf(file.uri), this.#lay(readConfig(file, this.#rules).config));
  }

  /** Uses one file for everything. */
  force(file: SourceFile): void {
    this.#forced = this.#lay(readConfig(file, this.#rules).config);
  }

  delete(uri: string): void {
    this.#configs.delete(parentOf(uri));
  }

  /** The configuration that counts for a file. */
  configFor(uri: string): Config {
    if (this.#forced !== undefined) return this.#forced;
    if (this.#configs.size === 0) return this.#default;
    for (let folder = parentOf(uri); ; folder = parentOf(folder)) {
      const config = this.#configs.get(folder);
      if (config !== undefined) return config;
      if (parentOf(folder) === folder) return this.#default;
    }
  }

  #lay(config: Config): Config {
    const profile = config.folder === undefined ? (this.#overlay.profile ?? config.profile) : config.profile;
    const forced = this.#overlay.rules;
    if (forced === undefined || forced.size === 0) return { ...config, profile };
    const over = (rules: ReadonlyMap<string, RuleSetting>) => {
      const result = new Map(rules);
      for (const [id, severity] of forced)
        result.set(id, { severity, options: rules.get(id)?.options ?? {} });
      return result;
    };
    return {
      ...config,
      profile,
      rules: over(config.rules),
      overrides: config.overrides.map((o) => ({
        ...o,
        rules: new Map(
          [...o.rules].map(([id, s]) => [id, forced.has(id) ? { ...s, severity: undefined } : s]),
        ),
      })),
    };
  }
}
