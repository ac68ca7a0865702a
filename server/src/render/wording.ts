import { type Message, t } from "../model/message.ts";
import { parentOf, relativeTo } from "../workspace/uri.ts";
import type { Build } from "./build.ts";

/** So many overlays are named in a sentence. */
const MAX_NAMED = 5;

/** Which build shows a finding, and how many more do. */
export function shownBy(build: Build, more: number): Message {
  const { kind, folder, values } = build;
  const name = nameOf(folder);
  if (more > 0) return t("This shows in what is built from here, and in {more} more builds.", { more });
  if (kind === "kustomization") return t("This shows in what Kustomize builds from {name}.", { name });
  if (values === undefined)
    return t("This shows when Helm renders the chart {name} with its own values.yaml.", { name });
  return t("This shows when Helm renders the chart {name} with {values}.", {
    name,
    values: relativeTo(folder, values) ?? values,
  });
}

/** A finding of a base that only some of the overlays show. */
export function appliesTo(finding: Message, overlays: readonly Build[]): Message {
  const shared = sharedFolder(overlays.map(({ folder }) => parentOf(folder)));
  const names = overlays.slice(0, MAX_NAMED).map(({ folder }) => relativeTo(shared, folder) ?? folder);
  const values = { finding: [finding], names: names.join(", "), more: overlays.length - MAX_NAMED };
  return overlays.length > MAX_NAMED
    ? t(
        "{finding} Overlays that it applies to: {names} and {more} more. The others that build on this resolve it.",
        values,
      )
    : t("{finding} Overlays that it applies to: {names}. The others that build on this resolve it.", values);
}

function nameOf(folder: string): string {
  return relativeTo(parentOf(folder), folder) ?? folder;
}

/** The innermost folder around all of them. */
function sharedFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder): readonly string[] => folder.split("/"));
  const differs = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first.slice(0, differs < 0 ? first.length : differs).join("/");
}
