import type { Position } from "../../model/lines.ts";
import type { Resource } from "../../model/resource.ts";
import { inEnglish } from "../output/language.ts";
import type { Place, ReportedFinding } from "../report.ts";

/** Where the product lives. */
export const HOME = "https://github.com/nines-ha/nines";

/** A finding as it is told in places that show no others beside it: at a cause it says where the problem is. */
export interface Annotation {
  readonly finding: ReportedFinding;
  readonly place: Place;
  /** English: programs and other people read it. */
  readonly message: string;
}

/** Each finding at its place, and once more at each change that it comes from. */
export function annotations(findings: readonly ReportedFinding[]): Annotation[] {
  return findings.flatMap((finding) => {
    const message = inEnglish(finding.message);
    const at = `${finding.place.file}:${finding.place.start.line + 1}`;
    const causes = finding.causes.flatMap(({ place, message: why }) =>
      place === undefined ? [] : [{ finding, place, message: `${inEnglish(why)} ${at}: ${message}` }],
    );
    return [{ finding, place: finding.place, message }, ...causes];
  });
}

/** A position counted from 1, columns in UTF-16 units. */
export function fromOne({ line, character }: Position): { line: number; column: number } {
  return { line: line + 1, column: character + 1 };
}

/** `prod/Deployment/app`; undefined for findings about the text itself. */
export function qualifiedName(resource: Resource | undefined): string | undefined {
  if (resource === undefined) return undefined;
  return [resource.namespace, resource.kind, resource.name].filter((part) => part !== undefined).join("/");
}

/** Things by the file they are in, in the order in which the files come up. */
export function byFile<T extends { readonly place: Place }>(things: readonly T[]): Map<string, T[]> {
  const files = new Map<string, T[]>();
  for (const thing of things) {
    const known = files.get(thing.place.file);
    if (known === undefined) files.set(thing.place.file, [thing]);
    else known.push(thing);
  }
  return files;
}

/** Fingerprints of which no two are the same: where findings share one, the later ones get a number. */
export function uniqueFingerprints(findings: readonly ReportedFinding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const fingerprint = finding.fingerprint();
    const n = (seen.get(fingerprint) ?? 0) + 1;
    seen.set(fingerprint, n);
    return n === 1 ? fingerprint : `${fingerprint}-${n}`;
  });
}
