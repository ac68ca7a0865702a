import type { Finding, Related } from "../rules/finding.ts";
import { atLeast } from "../rules/severity.ts";
import { headOfFile } from "./anchor.ts";
import { type Build, idOf } from "./build.ts";
import { BuiltResource } from "./built-resource.ts";
import type { Fate } from "./overlaid.ts";
import type { FileOf } from "./overlay-origin.ts";
import type { Placed } from "./placed.ts";
import { appliesTo, shownBy } from "./wording.ts";

/** So many builds are named that show a finding. */
const MAX_NAMED = 5;

/** A finding that some overlays resolve, with the names of those that do not. */
export function naming(finding: Finding, { standing }: Fate, fileOf: FileOf): Finding {
  return {
    ...finding,
    message: appliesTo(finding.message, standing),
    related: [...finding.related, ...named(standing, fileOf)],
  };
}

/** One finding for all the builds that show it at a place: the worst, with the names of the builds. */
export function asFinding(group: readonly Placed[], fileOf: FileOf): Finding {
  const worst = group.reduce((a, b) => (atLeast(a.finding.severity, b.finding.severity) ? a : b));
  const { ruleId, severity, message, resource } = worst.finding;
  const related = worst.finding.related.flatMap((other): Related[] => {
    const file = fileOf(other.anchor.uri);
    const location = file === undefined ? undefined : other.anchor.locate(file);
    return location === undefined ? [] : [{ location, message: other.message }];
  });
  return {
    ruleId,
    severity,
    message,
    document: worst.document,
    range: worst.range,
    resource: new BuiltResource(worst.document, resource),
    related: [
      ...related,
      ...named(
        group.map((each) => each.finding.build),
        fileOf,
      ),
    ],
    fixes: [],
  };
}

/** Which builds show it, each at the file that makes it what it is. */
function named(all: readonly Build[], fileOf: FileOf): Related[] {
  const builds = [...new Map(all.map((build) => [idOf(build), build])).values()];
  return builds.slice(0, MAX_NAMED).flatMap((build, i) => {
    const file = fileOf(build.values ?? build.file);
    const location = file === undefined ? undefined : headOfFile(file);
    const more = i === MAX_NAMED - 1 ? builds.length - MAX_NAMED : 0;
    return location === undefined ? [] : [{ location, message: shownBy(build, more) }];
  });
}
