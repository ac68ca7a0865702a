import type { Profile, Severity } from "../rules/severity.ts";
import type { Topology } from "../workspace/snapshot.ts";

/** What a configuration says about one rule. */
export interface RuleSetting {
  /** `off` silences it; undefined leaves it to the profile. */
  readonly severity: Severity | "off" | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Settings for the files that match one of the globs; later ones win. */
export interface Override {
  /** Whether a path relative to the configuration's folder is meant. */
  matches(path: string): boolean;
  readonly profile: Profile | undefined;
  readonly rules: ReadonlyMap<string, RuleSetting>;
}

/** A `.nines.yaml`, read. The nearest one above a file counts for it, alone. */
export interface Config {
  /** URI of the folder it stands in; undefined for the built-in defaults. */
  readonly folder: string | undefined;
  readonly profile: Profile;
  readonly topology: Topology;
  readonly rules: ReadonlyMap<string, RuleSetting>;
  readonly overrides: readonly Override[];
  /** Whether a path relative to the folder is to be left alone. */
  ignores(path: string): boolean;
}

/** What counts where no `.nines.yaml` stands. */
export const defaultConfig: Config = {
  folder: undefined,
  profile: "recommended",
  topology: { nodes: undefined, zones: undefined, sites: undefined },
  rules: new Map(),
  overrides: [],
  ignores: () => false,
};

/** A configuration resolved for one file. */
export interface FileSettings {
  readonly topology: Topology;
  readonly profile: Profile;
  readonly rules: ReadonlyMap<string, RuleSetting>;
}

/** Merges a configuration's overrides for the file at `path` (relative to the configuration's folder). */
export function settingsFor(config: Config, path: string | undefined): FileSettings {
  const overrides = path === undefined ? [] : config.overrides.filter((override) => override.matches(path));
  if (overrides.length === 0) return config;
  const rules = new Map(config.rules);
  let profile = config.profile;
  for (const override of overrides) {
    profile = override.profile ?? profile;
    for (const [id, setting] of override.rules) {
      const before = rules.get(id);
      rules.set(id, {
        severity: setting.severity ?? before?.severity,
        options: { ...before?.options, ...setting.options },
      });
    }
  }
  return { topology: config.topology, profile, rules };
}
