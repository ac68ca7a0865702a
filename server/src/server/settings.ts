import type { DrawingSettings, SchemaSettings } from "../features/session.ts";
import { type Profile, profiles } from "../rules/severity.ts";
import type { RenderSettings } from "./rendering.ts";
import { type ClusterSettings, defaultClusterSettings, readClusterSettings } from "./shifting/settings.ts";

/** The settings `nines.*` of one workspace folder, and what else counts there. */
export interface Settings {
  readonly enable: boolean;
  /** Where no `.nines.yaml` stands. */
  readonly profile: Profile;
  /** Globs relative to the folder of what is not read: `nines.exclude` and `files.exclude`. */
  readonly exclude: readonly string[];
  readonly schema: SchemaSettings;
  readonly drawing: DrawingSettings;
  readonly render: RenderSettings;
  readonly cluster: ClusterSettings;
}

/** What counts for clients that have no settings. */
export const defaultSettings: Settings = {
  enable: true,
  profile: "recommended",
  exclude: [],
  schema: { validate: true, completion: true, hover: true },
  drawing: { inlayHints: "compact", codeLens: true },
  render: { enabled: true, timeout: 30 },
  cluster: defaultClusterSettings,
};

const INLAY_HINTS = ["off", "compact", "on"] as const;

/** Reads the sections `nines` and `files.exclude` as a client sends them; what makes no sense counts as unset. */
export function readSettings(nines: unknown, filesExclude: unknown): Settings {
  const own = record(nines);
  const schema = record(own.schema);
  const render = record(own.render);
  const flag = (value: unknown, otherwise: boolean) => (typeof value === "boolean" ? value : otherwise);
  return {
    enable: flag(own.enable, true),
    profile: profiles.find((profile) => profile === own.profile) ?? defaultSettings.profile,
    exclude: [...strings(own.exclude), ...globsOf(filesExclude)],
    schema: {
      validate: flag(schema.validate, true),
      completion: flag(schema.completion, true),
      hover: flag(schema.hover, true),
    },
    drawing: {
      inlayHints: INLAY_HINTS.find((mode) => mode === own.inlayHints) ?? defaultSettings.drawing.inlayHints,
      codeLens: flag(own.codeLens, true),
    },
    render: { enabled: flag(render.enabled, true), timeout: seconds(render.timeout) },
    cluster: readClusterSettings(own, record(own.shift)),
  };
}

const LONGEST_TIMEOUT = 600;

function seconds(value: unknown): number {
  const isUsable = typeof value === "number" && value >= 1 && value <= LONGEST_TIMEOUT;
  return isUsable ? value : defaultSettings.render.timeout;
}

/** `files.exclude` maps globs to whether they count; conditional ones (`{when: …}`) do not, as in a search. */
function globsOf(value: unknown): string[] {
  return Object.entries(record(value)).flatMap(([glob, on]) => (on === true ? [glob] : []));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
