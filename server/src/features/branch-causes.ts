import { firstDifference } from "../changes/difference.ts";
import { isConfigFile } from "../config/name.ts";
import type { SourceDocument } from "../model/document.ts";
import { decisiveChanges } from "../render/showings.ts";
import type { Finding } from "../rules/finding.ts";
import { isWithin, parentOf } from "../workspace/uri.ts";
import type { BranchBase, BuiltBase } from "./branch-base.ts";
import type { IntroducedCause } from "./branch-data.ts";
import { toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";
import type { Slices } from "./slices.ts";
import { twinOf } from "./twin.ts";

/** A file that is not as it was, by its canonical URIs. */
interface Change {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Which changes findings come from that stand in files nobody touched. */
export class BranchCauses {
  readonly #session: Session;
  readonly #base: BranchBase;
  readonly #built: BuiltBase | undefined;
  readonly #changes: readonly Change[];
  /** The documents that each change puts in doubt. */
  readonly #doubts: ReadonlyMap<Change, ReadonlySet<SourceDocument>>;

  private constructor(
    session: Session,
    base: BranchBase,
    built: BuiltBase | undefined,
    changes: readonly Change[],
    doubts: ReadonlyMap<Change, ReadonlySet<SourceDocument>>,
  ) {
    this.#session = session;
    this.#base = base;
    this.#built = built;
    this.#changes = changes;
    this.#doubts = doubts;
  }

  /**
   * Brings the changes in one by one, in a workspace of their own as it was, and sees which of these documents each of
   * them puts in doubt.
   */
  static async find(
    session: Session,
    base: BranchBase,
    built: BuiltBase | undefined,
    findings: readonly Finding[],
    slices: Slices,
  ): Promise<BranchCauses> {
    const changes = changesIn(session, base);
    const doubts = new Map<Change, ReadonlySet<SourceDocument>>();
    const uris = new Set(findings.map(({ document }) => document.uri));
    const twin =
      uris.size === 0 || changes.length === 0 ? undefined : await twinOf(session, base.texts, slices);
    if (twin !== undefined) {
      for (const uri of uris) {
        const file = twin.file(uri);
        // What its rules ask is known once it is judged.
        if (file !== undefined) twin.findings(file);
        await slices.pause();
      }
      for (const change of changes) {
        const { before, after } = change;
        const documents = before === undefined || before === after ? [] : [...twin.revise(before, undefined)];
        if (after !== undefined) documents.push(...twin.revise(after, session.file(after)?.text));
        doubts.set(change, new Set(documents));
        await slices.pause();
      }
    }
    return new BranchCauses(session, base, built, changes, doubts);
  }

  /** The changes that a finding may come from; none where its own file changed. */
  of(finding: Finding): readonly IntroducedCause[] {
    const { uri, text } = finding.document;
    if (this.#changes.some(({ after }) => after === uri)) return [];
    const origins = this.#session.originsOf(finding);
    if (origins?.isWritten === false) {
      const versions = {
        before: this.#built?.judged ?? [],
        after: this.#session.builds(),
        renamed: this.#base.renamed,
      };
      return this.#places(decisiveChanges(this.#changes, origins, versions));
    }
    const found = this.#changes.filter((change) =>
      [...(this.#doubts.get(change) ?? [])].some((each) => each.uri === uri && each.text === text),
    );
    if (found.length > 0) return this.#places(found);
    return this.#places(
      this.#changes.filter(({ before, after }) =>
        [before, after].some(
          (each) => each !== undefined && isConfigFile(each) && isWithin(parentOf(each), uri),
        ),
      ),
    );
  }

  #places(changes: readonly Change[]): readonly IntroducedCause[] {
    return changes.map(({ before, after }): IntroducedCause => {
      const file = after === undefined ? undefined : this.#session.file(after);
      const was = before === undefined ? "" : (this.#base.texts.get(before) ?? "");
      const place = file && firstDifference(was, file);
      return {
        uri: this.#session.clientUri(after ?? before ?? ""),
        range: place && toLspRange(place.document, place.range),
      };
    });
  }
}

/** The files that are not as they were; configurations last, since they put everything in doubt. */
function changesIn(session: Session, { texts, renamed }: BranchBase): readonly Change[] {
  const gone = new Set(texts.keys());
  const changes: Change[] = [];
  for (const { uri, text } of session.files()) {
    const before = renamed.get(uri) ?? uri;
    gone.delete(before);
    const was = texts.get(before);
    if (was !== text || before !== uri)
      changes.push({ before: was === undefined ? undefined : before, after: uri });
  }
  for (const before of gone) changes.push({ before, after: undefined });
  const isConfig = ({ before, after }: Change) => isConfigFile(after ?? before ?? "");
  return [...changes.filter((change) => !isConfig(change)), ...changes.filter(isConfig)];
}
