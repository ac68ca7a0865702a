import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  type Location,
} from "vscode-languageserver/node";
import { SUPPRESSION_UNUSED } from "../config/built-in.ts";
import type { Location as CoreLocation } from "../model/resource.ts";
import { type Finding, isFixable } from "../rules/finding.ts";
import { rulePageUri } from "../rules/pages.ts";
import type { Severity } from "../rules/severity.ts";
import { equalRanges, toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";

/** Shown beside every message, and how code actions tell our diagnostics from others'. */
export const SOURCE = "nines";

/** What a diagnostic carries for clients and tools, so that nobody needs to parse its message. */
export interface DiagnosticData {
  readonly ruleId: string;
  /** Whether there is a safe fix. */
  readonly fixable: boolean;
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** What editors fade or strike through. */
const TAGS: ReadonlyMap<string, DiagnosticTag> = new Map([
  [SUPPRESSION_UNUSED, DiagnosticTag.Unnecessary],
  ["api-version-removed", DiagnosticTag.Deprecated],
]);

/**
 * Turns findings into diagnostics. A finding whose place did not move gives the same object again, so that
 * reports can be compared cheaply.
 */
export class Diagnostics {
  readonly #session: Session;
  readonly #made = new WeakMap<Finding, Diagnostic>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** The diagnostic of a finding, at its place in the current text. */
  of(finding: Finding): Diagnostic {
    const range = toLspRange(finding.document, finding.range);
    const related = this.#session.client.relatedInformation ? finding.related : [];
    const locations = related.map(({ location }) => this.#locate(location));
    const known = this.#made.get(finding);
    if (
      known !== undefined &&
      equalRanges(known.range, range) &&
      sameLocations(known.relatedInformation, locations)
    )
      return known;
    const diagnostic = this.#make(finding, range);
    if (related.length > 0) {
      diagnostic.relatedInformation = related.map(({ message, location }) => ({
        message: this.#session.text(message),
        location: this.#locate(location),
      }));
    }
    this.#made.set(finding, diagnostic);
    return diagnostic;
  }

  #make(finding: Finding, range: Diagnostic["range"]): Diagnostic {
    const data: DiagnosticData = { ruleId: finding.ruleId, fixable: isFixable(finding) };
    const diagnostic: Diagnostic = {
      range,
      severity: SEVERITIES[finding.severity],
      source: SOURCE,
      code: finding.ruleId,
      message: this.#session.text(finding.message),
      data,
    };
    if (this.#session.client.codeDescription)
      diagnostic.codeDescription = { href: rulePageUri(finding.ruleId) };
    const tag = TAGS.get(finding.ruleId);
    if (tag !== undefined) diagnostic.tags = [tag];
    return diagnostic;
  }

  #locate({ document, range }: CoreLocation): Location {
    return { uri: this.#session.clientUri(document.uri), range: toLspRange(document, range) };
  }
}

function sameLocations(
  known: readonly DiagnosticRelatedInformation[] = [],
  locations: readonly Location[],
): boolean {
  return (
    known.length === locations.length &&
    known.every(({ location }, i) => {
      const other = locations[i];
      return other !== undefined && location.uri === other.uri && equalRanges(location.range, other.range);
    })
  );
}
