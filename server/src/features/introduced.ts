import type { Showing } from "../changes/known-findings.ts";
import type { Build } from "../render/build.ts";
import { otherIdOf } from "../render/showings.ts";
import type { Finding } from "../rules/finding.ts";

/** The findings that were not there before. */
export class Introduced implements Iterable<Finding> {
  static readonly none = new Introduced([], new Map(), new Map());

  readonly #findings: ReadonlySet<Finding>;
  readonly #fresh: ReadonlyMap<Finding, readonly Showing[]>;
  readonly #renamed: ReadonlyMap<string, string>;

  /** `fresh` says in which builds some of them are new, others having had them; `renamed` gives old URIs by new ones. */
  constructor(
    findings: Iterable<Finding>,
    fresh: ReadonlyMap<Finding, readonly Showing[]>,
    renamed: ReadonlyMap<string, string>,
  ) {
    this.#findings = new Set(findings);
    this.#fresh = fresh;
    this.#renamed = renamed;
  }

  get size(): number {
    return this.#findings.size;
  }

  [Symbol.iterator](): Iterator<Finding> {
    return this.#findings.values();
  }

  /** Whether a finding is new, in what a build makes if that is asked. */
  has(finding: Finding, build?: Build): boolean {
    if (!this.#findings.has(finding)) return false;
    const fresh = build === undefined ? undefined : this.#fresh.get(finding);
    if (build === undefined || fresh === undefined) return true;
    const id = otherIdOf(build, this.#renamed);
    return fresh.some((showing) => showing.build === id);
  }
}
