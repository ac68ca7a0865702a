import { setImmediate } from "node:timers/promises";
import { applyOrder } from "../changes/apply-order.ts";
import type { Showing } from "../changes/known-findings.ts";
import type { Resource } from "../model/resource.ts";
import { showingsOf } from "../render/showings.ts";
import type { Finding } from "../rules/finding.ts";
import { type BaseBuilder, type Before, BranchBase } from "./branch-base.ts";
import { BranchCauses } from "./branch-causes.ts";
import type { BaseVersion, BranchSummary, IntroducedCause, IntroducedFinding } from "./branch-data.ts";
import { Introduced } from "./introduced.ts";
import { toLspRange } from "./ranges.ts";
import { Refresh } from "./refresh.ts";
import type { Doubt, Session } from "./session.ts";
import { Slices } from "./slices.ts";
import type { Cancellation } from "./twin.ts";

/** Changes are collected for this long before anything is counted, in milliseconds. */
const COLLECT_MS = 300;
/** Typing goes before: see `Slices`. */
const REST_MS = 2;

/** Who wants to know. */
export interface BranchListener {
  /** Other findings are new now. */
  marked(): void;
  /** Called when there are more or fewer of them. */
  counted(summary: BranchSummary): void;
}

/**
 * What the work since a base brought about. The client says what the base is, as texts; nothing is computed without one.
 */
export class Branch {
  readonly #session: Session;
  readonly #builder: BaseBuilder;
  readonly #listener: BranchListener;
  #base: BranchBase | undefined;
  /** As it is now; undefined when something has changed since. */
  #introduced: Promise<Introduced> | undefined;
  #told: number | undefined;
  readonly #refresh = new Refresh(() => this.#count());
  #timer: NodeJS.Timeout | undefined;

  constructor(session: Session, builder: BaseBuilder, listener: BranchListener) {
    this.#session = session;
    this.#builder = builder;
    this.#listener = listener;
  }

  /** Takes in a base and judges it. Undefined when that is not wanted any more; then the one before still counts. */
  async check(version: BaseVersion, cancellation: Cancellation): Promise<BranchSummary | undefined> {
    await this.#session.complete;
    const base = new BranchBase(this.#session, this.#builder, version);
    if (this.#base === undefined || !this.#base.equals(base)) {
      if ((await base.known(new Slices(REST_MS), cancellation)) === undefined) return undefined;
      // Somebody may have called it off meanwhile and not been heard yet.
      await setImmediate();
      if (cancellation.isCancellationRequested) return undefined;
      this.#base = base;
      this.#introduced = undefined;
      this.#listener.marked();
    }
    this.#told = (await this.introduced()).size;
    return { introduced: this.#told };
  }

  /** Compares with nothing any more. */
  forget(): void {
    if (this.#base === undefined) return;
    this.#base = undefined;
    this.#introduced = undefined;
    this.#told = undefined;
    this.#listener.marked();
    this.#listener.counted({ introduced: undefined });
  }

  /** Says that something changed. */
  changed(doubt: Doubt): void {
    if (this.#base === undefined) return;
    if (doubt.everything) this.#base.reset();
    this.#introduced = undefined;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#refresh.request();
    }, COLLECT_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The findings that were not there before. */
  introduced(): Promise<Introduced> {
    this.#introduced ??= this.#compute();
    return this.#introduced;
  }

  /** The same by place, with what they come from, and what there is to say about the order in which to apply the changes. */
  async list(): Promise<readonly IntroducedFinding[]> {
    await this.#session.complete;
    const base = this.#base;
    if (base === undefined) return [];
    const introduced = [...(await this.introduced())];
    const slices = new Slices(REST_MS);
    const before = await base.known(slices);
    const elsewhere = introduced.filter((finding) => isElsewhere(base, finding));
    const causes = await BranchCauses.find(this.#session, base, before?.built, elsewhere, slices);
    return [
      ...introduced.map((finding) => this.#item(base, finding, causes.of(finding))),
      ...this.#order(base).map((finding) => this.#item(base, finding, [])),
    ].sort(byPlace);
  }

  async #compute(): Promise<Introduced> {
    const slices = new Slices(REST_MS);
    const base = this.#base;
    const before = await base?.known(slices);
    if (base === undefined || before === undefined) return Introduced.none;
    const { known } = before;
    const findings: Finding[] = [];
    for (const uri of this.#session.uris()) {
      const file = this.#session.file(uri);
      const own = file === undefined ? [] : this.#comparable(this.#session.findings(file), before);
      known.prepare(own);
      findings.push(...own);
      await slices.pause();
    }
    const fresh = new Map<Finding, readonly Showing[]>();
    const originsOf = (finding: Finding) => this.#session.originsOf(finding);
    const shownNow = (finding: Finding) =>
      before.built === undefined ? undefined : showingsOf(finding, originsOf, base.renamed);
    return new Introduced(known.introducedAmong(findings, shownNow, fresh), fresh, base.renamed);
  }

  /** Where nothing was built of the base, nothing that only building shows can be told from it. */
  #comparable(findings: readonly Finding[], { built }: Before): readonly Finding[] {
    if (built !== undefined) return findings;
    return findings.filter((finding) => this.#session.originsOf(finding)?.isWritten !== false);
  }

  async #count(): Promise<void> {
    if (this.#base === undefined) return;
    const introduced = (await this.introduced()).size;
    if (introduced === this.#told || this.#base === undefined) return;
    this.#told = introduced;
    this.#listener.counted({ introduced });
  }

  #order({ texts }: BranchBase): readonly Finding[] {
    const session = this.#session;
    const after: Resource[] = [];
    const twin = session.twin();
    const differs = new Set(texts.keys());
    for (const { uri, text, documents } of session.files()) {
      if (texts.get(uri) === text) differs.delete(uri);
      else if (session.isEnabled(uri)) after.push(...documents.flatMap(({ resources }) => resources));
    }
    const before = [...differs].flatMap((uri) => {
      if (!session.isEnabled(uri)) return [];
      twin.load(uri, texts.get(uri) ?? "");
      return twin.file(uri)?.documents.flatMap(({ resources }) => resources) ?? [];
    });
    return applyOrder({ before, after, snapshot: session.snapshot() });
  }

  #item(base: BranchBase, finding: Finding, causes: readonly IntroducedCause[]): IntroducedFinding {
    const { ruleId, severity, message, document, range, resource } = finding;
    return {
      ...{ ruleId, severity, message: this.#session.text(message) },
      uri: this.#session.clientUri(document.uri),
      range: toLspRange(document, range),
      about: resource && `${resource.kind} ${resource.name ?? ""}`.trimEnd(),
      isElsewhere: isElsewhere(base, finding),
      causes,
    };
  }
}

/** Whether the file of a finding is as it was. */
function isElsewhere({ texts }: BranchBase, { document }: Finding): boolean {
  return texts.get(document.uri) === document.file.text;
}

function byPlace(a: IntroducedFinding, b: IntroducedFinding): number {
  if (a.uri !== b.uri) return a.uri < b.uri ? -1 : 1;
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}
