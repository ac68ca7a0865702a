import { Analyzer } from "../analyze.ts";
import { type Config, defaultConfig, settingsFor } from "../config/config.ts";
import { readConfig } from "../config/read.ts";
import { configsAbove } from "../files/project-root.ts";
import { readManifest } from "../files/read.ts";
import { SourceFile } from "../model/document.ts";
import { t } from "../model/message.ts";
import type { Rule } from "../rules/rule.ts";
import type { Severity } from "../rules/severity.ts";
import { relativeTo } from "../workspace/uri.ts";
import { UsageError } from "./errors.ts";
import { uriOfPath } from "./files/uris.ts";

/** A rule with what a configuration makes of it. */
export interface SetRule {
  readonly rule: Rule;
  readonly isEnabled: boolean;
  /** The rule's own where the configuration says nothing, or off. */
  readonly severity: Severity;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * The rules as they are set for a manifest that would stand in a folder: by the nearest `.nines.yaml`, its overrides for
 * the folder included, or by default.
 * @throws UsageError where the configuration cannot be read or has a mistake: what is made from half of one is wrong
 */
export function rulesAround(folder: string, rules: readonly Rule[]): readonly SetRule[] {
  const config = configAround(folder, rules);
  const uri = `${uriOfPath(folder)}/manifest.yaml`;
  const settings = settingsFor(
    config,
    config.folder === undefined ? undefined : relativeTo(config.folder, uri),
  );
  const analyzer = new Analyzer({ rules, configFor: () => config });
  return rules.map((rule) => {
    const { severity, options = {} } = settings.rules.get(rule.id) ?? {};
    const isStated = severity !== undefined && severity !== "off";
    return {
      rule,
      isEnabled: analyzer.wants(uri, rule.id),
      severity: isStated ? severity : rule.severity,
      options,
    };
  });
}

function configAround(folder: string, rules: readonly Rule[]): Config {
  const [path] = configsAbove(folder);
  if (path === undefined) return defaultConfig;
  const outcome = readManifest(path, true);
  const refused = t("The configuration {path} cannot be used.", { path });
  if (outcome === undefined || "problem" in outcome)
    throw new UsageError(refused, ...(outcome === undefined ? [] : [outcome.problem]));
  const { config, problems } = readConfig(new SourceFile(uriOfPath(path), outcome.text, new Set()), rules);
  if (problems.length > 0) throw new UsageError(refused, ...problems.map(({ message }) => message));
  return config;
}
