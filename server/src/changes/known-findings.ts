import type { Finding } from "../rules/finding.ts";
import { identityOf } from "../rules/identity.ts";

/** What was found before a change: how often each finding was there, by file and in all. */
export class KnownFindings {
  readonly #inFile = new Map<string, number>();
  readonly #anywhere = new Map<string, number>();
  readonly #renamed: ReadonlyMap<string, string>;
  /** Verdicts outlive many changes around them. */
  readonly #keys = new WeakMap<Finding, Keys>();

  /** `renamed` gives the URI that a file had before, by the one it has now. */
  constructor(findings: Iterable<Finding>, renamed: ReadonlyMap<string, string>) {
    this.#renamed = renamed;
    for (const finding of findings) {
      const { own, anywhere } = keysOf(finding, finding.document.uri);
      count(this.#inFile, own);
      count(this.#anywhere, anywhere);
    }
  }

  /** Computes what telling a finding from others takes, so that it costs nothing later. */
  prepare(findings: Iterable<Finding>): void {
    for (const finding of findings) this.#keysOf(finding);
  }

  /**
   * Those of the findings after the change that were not there before it: told by their identity, and where several
   * share one, by how many there are. First each is looked for in its own file, under its old name; then what is left
   * may have moved from another.
   */
  introducedAmong(findings: readonly Finding[]): readonly Finding[] {
    const inFile = new Map(this.#inFile);
    const everywhere = new Map(this.#anywhere);
    const left = findings.filter((finding) => {
      const { own, anywhere } = this.#keysOf(finding);
      if (!take(inFile, own)) return true;
      take(everywhere, anywhere);
      return false;
    });
    return left.filter((finding) => !take(everywhere, this.#keysOf(finding).anywhere));
  }

  #keysOf(finding: Finding): Keys {
    const known = this.#keys.get(finding);
    if (known !== undefined) return known;
    const { uri } = finding.document;
    const keys = keysOf(finding, this.#renamed.get(uri) ?? uri);
    this.#keys.set(finding, keys);
    return keys;
  }
}

/** What a finding is counted under: in its file, under the name that it had, and anywhere. */
interface Keys {
  readonly own: string;
  readonly anywhere: string;
}

function keysOf(finding: Finding, uri: string): Keys {
  const identity = identityOf(finding);
  return { own: `${uri}\n${identity}`, anywhere: identity };
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
