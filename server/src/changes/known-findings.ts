import type { Finding } from "../rules/finding.ts";
import { identityOf } from "../rules/identity.ts";

/** What was found before a change: how often each finding was there, by file and in all. */
export class KnownFindings {
  readonly #inFile = new Map<string, number>();
  readonly #anywhere = new Map<string, number>();
  readonly #renamed: ReadonlyMap<string, string>;
  /** Verdicts outlive many changes around them. */
  readonly #identities = new WeakMap<Finding, string>();

  /** `renamed` gives the URI that a file had before, by the one it has now. */
  constructor(findings: Iterable<Finding>, renamed: ReadonlyMap<string, string>) {
    this.#renamed = renamed;
    for (const finding of findings) {
      const identity = identityOf(finding);
      count(this.#inFile, inFile(finding.document.uri, identity));
      count(this.#anywhere, identity);
    }
  }

  /** Computes what telling a finding from others takes, so that it costs nothing later. */
  prepare(findings: Iterable<Finding>): void {
    for (const finding of findings) this.#identity(finding);
  }

  /**
   * Those of the findings after the change that were not there before it: told by their identity, and where several
   * share one, by how many there are. First each is looked for in its own file, under its old name; then what is left
   * may have moved from another.
   */
  introducedAmong(findings: readonly Finding[]): readonly Finding[] {
    const own = new Map(this.#inFile);
    const anywhere = new Map(this.#anywhere);
    const left = findings.filter((finding) => {
      const { uri } = finding.document;
      const identity = this.#identity(finding);
      if (!take(own, inFile(this.#renamed.get(uri) ?? uri, identity))) return true;
      take(anywhere, identity);
      return false;
    });
    return left.filter((finding) => !take(anywhere, this.#identity(finding)));
  }

  #identity(finding: Finding): string {
    const known = this.#identities.get(finding);
    if (known !== undefined) return known;
    const identity = identityOf(finding);
    this.#identities.set(finding, identity);
    return identity;
  }
}

function inFile(uri: string, identity: string): string {
  return `${uri}\n${identity}`;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function take(counts: Map<string, number>, key: string): boolean {
  const n = counts.get(key) ?? 0;
  if (n === 0) return false;
  counts.set(key, n - 1);
  return true;
}
