import type { Finding } from "../rules/finding.ts";
import { identityOf } from "../rules/identity.ts";

/** A finding in what one build makes, told from others by its place there. */
export interface Showing {
  /** The build, under the name that it had. */
  readonly build: string;
  readonly key: string;
}

/** What was built before a change. */
export interface BuiltBefore {
  readonly showings: Iterable<Showing>;
  /** The builds there were, and whether they could be made. */
  readonly builds: ReadonlyMap<string, boolean>;
  /** Findings of sources that were not told, since nothing that is built from them shows them. */
  readonly untold: Iterable<Finding>;
}

/** What building shows of a finding after the change. */
export interface ShownNow {
  readonly showings: readonly Showing[];
  /** Whether its source shows it by itself. */
  readonly isWritten: boolean;
}

/** What was found before a change: how often each finding was there, by file and in all. */
export class KnownFindings {
  readonly #inFile = new Map<string, number>();
  readonly #anywhere = new Map<string, number>();
  readonly #untold = new Map<string, number>();
  readonly #showings = new Map<string, number>();
  readonly #builds: BuiltBefore["builds"];
  readonly #renamed: ReadonlyMap<string, string>;
  /** Verdicts outlive many changes around them. */
  readonly #keys = new WeakMap<Finding, Keys>();

  /** `renamed` gives the URI that a file had before, by the one it has now. */
  constructor(
    findings: Iterable<Finding>,
    renamed: ReadonlyMap<string, string>,
    { showings, builds, untold }: BuiltBefore = { showings: [], builds: new Map(), untold: [] },
  ) {
    this.#renamed = renamed;
    this.#builds = builds;
    for (const finding of findings) {
      const { own, anywhere } = keysOf(finding, finding.document.uri);
      count(this.#inFile, own);
      count(this.#anywhere, anywhere);
    }
    for (const showing of showings) count(this.#showings, keyOf(showing));
    for (const finding of untold) count(this.#untold, identityOf(finding));
  }

  /** Computes what telling a finding from others takes, so that it costs nothing later. */
  prepare(findings: Iterable<Finding>): void {
    for (const finding of findings) this.#keysOf(finding);
  }

  /**
   * Those of the findings after the change that were not there before it: told by their identity, and where several
   * share one, by how many there are. First each is looked for in its own file, under its old name; then what is left
   * may have moved from another. A finding that building shows is new where it shows in a build that did not have it,
   * and known where all of its builds had it, wherever it came from then. Of a build that could not be made before,
   * nothing is called new for it. `fresh` receives where a finding did not show before, if it showed somewhere else.
   */
  introducedAmong(
    findings: readonly Finding[],
    shownBy: (finding: Finding) => ShownNow | undefined = () => undefined,
    fresh: Map<Finding, readonly Showing[]> = new Map(),
  ): readonly Finding[] {
    const inFile = new Map(this.#inFile);
    const everywhere = new Map(this.#anywhere);
    const untold = new Map(this.#untold);
    const verdicts = this.#byBuilds(findings, shownBy, fresh);
    const left = findings.filter((finding) => {
      if (verdicts.get(finding) === "new") return false;
      const { own, anywhere } = this.#keysOf(finding);
      if (!take(inFile, own)) return verdicts.get(finding) !== "known";
      take(everywhere, anywhere);
      return false;
    });
    const unknown = new Set(
      left.filter((finding) => {
        const { anywhere } = this.#keysOf(finding);
        if (take(everywhere, anywhere)) return false;
        return verdicts.get(finding) === "newBuild" || !take(untold, anywhere);
      }),
    );
    return findings.filter((finding) => unknown.has(finding) || verdicts.get(finding) === "new");
  }

  /** What builds tell; nothing about findings that only their identity tells about. */
  #byBuilds(
    findings: readonly Finding[],
    shownBy: (finding: Finding) => ShownNow | undefined,
    fresh: Map<Finding, readonly Showing[]>,
  ): ReadonlyMap<Finding, "new" | "known" | "newBuild"> {
    const before = new Map(this.#showings);
    const verdicts = new Map<Finding, "new" | "known" | "newBuild">();
    for (const finding of findings) {
      const now = shownBy(finding);
      if (now === undefined || now.showings.length === 0) continue;
      const states = now.showings.map((showing) => {
        const isMade = this.#builds.get(showing.build);
        if (isMade === true) return take(before, keyOf(showing)) ? "known" : "new";
        return isMade === undefined ? "newBuild" : "unknown";
      });
      if (states.includes("new")) {
        verdicts.set(finding, "new");
        fresh.set(
          finding,
          now.showings.filter((_, i) => states[i] === "new"),
        );
      } else if (states.includes("newBuild")) verdicts.set(finding, "newBuild");
      else if (states.includes("known") || !now.isWritten) verdicts.set(finding, "known");
    }
    return verdicts;
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

function keyOf({ build, key }: Showing): string {
  return `${build}\n${key}`;
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
