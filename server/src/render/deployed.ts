import { type Message, t } from "../model/message.ts";
import type { Bundle } from "../workspace/layout.ts";
import { isWithin, relativeTo } from "../workspace/uri.ts";
import type { Build } from "./build.ts";
import type { Judged } from "./judged.ts";

/** Identifies what a build deploys: the folder of the chart or kustomization, and the values that are added. */
export function deploymentOf({ folder, values }: Build): string {
  return values === undefined ? folder : `${folder} ${values}`;
}

/** How it was built, in a few words. */
export function makingOf({ kind, folder, values }: Build): Message {
  if (kind === "kustomization") return t("as Kustomize builds it");
  if (values === undefined) return t("as Helm renders it with its own values.yaml");
  return t("as Helm renders it with {values}", { values: relativeTo(folder, values) ?? values });
}

/**
 * Whether builds tell what becomes of a bundle: it is one of them, or has a part in one. What is built then stands in
 * place of its sources.
 */
export function isToldBy(judged: readonly Judged[]): (bundle: Bundle) => boolean {
  const folders = new Set(judged.flatMap((each) => [...each.folders]));
  const charts = [
    ...new Set(judged.flatMap(({ build: { kind, folder } }) => (kind === "chart" ? [folder] : []))),
  ];
  return ({ kind, id }) => {
    if (kind === "kustomization") return folders.has(id);
    return kind === "chart" && charts.some((chart) => isWithin(chart, id));
  };
}
