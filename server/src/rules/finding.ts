import type { DocumentEdit } from "../fixes/edit.ts";
import type { SourceDocument } from "../model/document.ts";
import type { Message } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import type { Location, Resource } from "../model/resource.ts";
import type { Severity } from "./severity.ts";

/** A verdict about one place of one document. Ranges count from the document's start. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: Message;
  readonly document: SourceDocument;
  readonly range: Range;
  /** The object it is about; undefined for findings about the text itself. */
  readonly resource: Resource | undefined;
  readonly related: readonly Related[];
  /** In the order in which to offer them. */
  readonly fixes: readonly FindingFix[];
  /** Why somebody silenced it; such findings come only where they are asked for. */
  readonly suppression?: string;
}

/** Another place that takes part in a finding. */
export interface Related {
  readonly location: Location;
  readonly message: Message;
}

/** A way to make a finding go away. */
export interface FindingFix {
  readonly id: string;
  readonly title: Message;
  /** Safe to apply without a question; `nines fix` and fix-all apply nothing else. At most one per finding. */
  readonly preferred: boolean;
  /** To be reviewed before it is applied: risky, or more than one document. */
  readonly needsConfirmation: boolean;
  /** Against the text as it was judged; never empty, never inside what a template fills in. */
  readonly edits: readonly DocumentEdit[];
}

/** Whether `nines fix` can make the finding go away by itself. */
export function isFixable(finding: Finding): boolean {
  return finding.fixes.some((fix) => fix.preferred);
}
