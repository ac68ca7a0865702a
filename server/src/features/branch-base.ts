import { KnownFindings } from "../changes/known-findings.ts";
import type { Finding } from "../rules/finding.ts";
import type { BaseVersion } from "./branch-data.ts";
import type { Session } from "./session.ts";
import type { Slices } from "./slices.ts";
import { type Cancellation, currentTexts, twinOf } from "./twin.ts";

/** The workspace as it was where the work began. An edit does not change it, so it is judged once. */
export class BranchBase {
  readonly #session: Session;
  readonly texts: ReadonlyMap<string, string>;
  /** Old URIs by new ones. */
  readonly #renamed: ReadonlyMap<string, string>;
  #known: KnownFindings | undefined;

  constructor(session: Session, { files }: BaseVersion) {
    this.#session = session;
    const texts = currentTexts(session);
    const renamed = new Map<string, string>();
    // First everything goes, then comes: a name may be one file's before and another's after.
    for (const { after } of files) if (after !== undefined) texts.delete(session.canonicalUri(after));
    for (const { before, after } of files) {
      if (before === undefined) continue;
      const uri = session.canonicalUri(before.uri);
      if (!session.mayHold(uri, before.text)) continue;
      texts.set(uri, before.text);
      if (after !== undefined) renamed.set(session.canonicalUri(after), uri);
    }
    this.texts = texts;
    this.#renamed = renamed;
  }

  /** Whether judging the other one would come to the same. */
  equals(other: BranchBase): boolean {
    return isSame(this.texts, other.texts) && isSame(this.#renamed, other.#renamed);
  }

  /** Forgets the verdicts: the settings or configurations changed. */
  reset(): void {
    this.#known = undefined;
  }

  /** What was found in it; undefined when it is not wanted any more. */
  async known(slices: Slices, cancellation?: Cancellation): Promise<KnownFindings | undefined> {
    if (this.#known !== undefined) return this.#known;
    const twin = await twinOf(this.#session, this.texts, slices, cancellation);
    if (twin === undefined) return undefined;
    const findings: Finding[] = [];
    for (const uri of this.texts.keys()) {
      const file = twin.file(uri);
      if (file !== undefined) findings.push(...twin.findings(file));
      await slices.pause();
      if (cancellation?.isCancellationRequested === true) return undefined;
    }
    this.#known = new KnownFindings(findings, this.#renamed);
    return this.#known;
  }
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
