import { type BuiltBefore, KnownFindings } from "../changes/known-findings.ts";
import type { BuiltFindings } from "../render/built-findings.ts";
import type { Judged } from "../render/judged.ts";
import { showingsOf } from "../render/showings.ts";
import type { Finding } from "../rules/finding.ts";
import type { BaseRepository, BaseVersion } from "./branch-data.ts";
import type { Session, Twin } from "./session.ts";
import type { Slices } from "./slices.ts";
import { type Cancellation, currentTexts, twinOf } from "./twin.ts";

/** What was built of the workspace as it was. */
export interface BuiltBase {
  readonly judged: readonly Judged[];
  readonly findings: BuiltFindings;
  /** Every build there was, by its id, and whether it could be made. */
  readonly builds: ReadonlyMap<string, boolean>;
}

/** Builds the workspace as it was. */
export interface BaseBuilder {
  /** Undefined where nothing may be run. */
  build(
    twin: Twin,
    repositories: readonly BaseRepository[],
    cancellation?: Cancellation,
  ): Promise<BuiltBase | "cancelled" | undefined>;
}

/** What was found where the work began. */
export interface Before {
  readonly known: KnownFindings;
  /** Undefined where nothing was built: then nothing that only building shows is compared. */
  readonly built: BuiltBase | undefined;
}

/** The workspace as it was where the work began. An edit does not change it, so it is judged once. */
export class BranchBase {
  readonly #session: Session;
  readonly #builder: BaseBuilder;
  readonly #repositories: readonly BaseRepository[];
  readonly texts: ReadonlyMap<string, string>;
  /** Old URIs by new ones. */
  readonly renamed: ReadonlyMap<string, string>;
  #before: Before | undefined;

  constructor(session: Session, builder: BaseBuilder, { files, repositories = [] }: BaseVersion) {
    this.#session = session;
    this.#builder = builder;
    this.#repositories = repositories;
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
    this.renamed = renamed;
  }

  /** Whether judging the other one would come to the same. */
  equals(other: BranchBase): boolean {
    return (
      isSame(this.texts, other.texts) &&
      isSame(this.renamed, other.renamed) &&
      JSON.stringify(this.#repositories) === JSON.stringify(other.#repositories)
    );
  }

  /** Forgets the verdicts: the settings or configurations changed. */
  reset(): void {
    this.#before = undefined;
  }

  /** What was found in it; undefined when it is not wanted any more. */
  async known(slices: Slices, cancellation?: Cancellation): Promise<Before | undefined> {
    if (this.#before !== undefined) return this.#before;
    const isOver = () => cancellation?.isCancellationRequested === true;
    const twin = await twinOf(this.#session, this.texts, slices, cancellation);
    if (twin === undefined) return undefined;
    const built = await this.#builder.build(twin, this.#repositories, cancellation);
    if (built === "cancelled" || isOver()) return undefined;
    const findings: Finding[] = [];
    const untold: Finding[] = [];
    for (const uri of this.texts.keys()) {
      const file = twin.file(uri);
      const own = file === undefined ? [] : twin.findings(file);
      if (file === undefined || built === undefined) findings.push(...own);
      else {
        findings.push(...built.findings.addTo(file, own, (other) => twin.file(other)));
        untold.push(...own.filter((finding) => built.findings.isUntold(finding)));
      }
      await slices.pause();
      if (isOver()) return undefined;
    }
    const before = built === undefined ? undefined : builtBefore(built, findings, untold);
    this.#before = { known: new KnownFindings(findings, this.renamed, before), built };
    return this.#before;
  }
}

function builtBefore(
  { findings, builds }: BuiltBase,
  shown: readonly Finding[],
  untold: readonly Finding[],
): BuiltBefore {
  const showings = shown.flatMap(
    (finding) => showingsOf(finding, (each) => findings.originsOf(each))?.showings ?? [],
  );
  return { showings, builds, untold };
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
