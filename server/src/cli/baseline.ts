import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { reasonOf } from "../files/read.ts";
import { type Message, t } from "../model/message.ts";
import type { Finding } from "../rules/finding.ts";
import { identityOf } from "../rules/identity.ts";
import { compareTexts } from "../text/compare.ts";
import { UsageError } from "./errors.ts";
import { displayPath } from "./files/uris.ts";
import type { Project } from "./project.ts";

const VERSION = 1;

/** One line of a baseline: findings that are known and left for later. */
interface Entry {
  readonly fingerprint: string;
  readonly count: number;
  /** For people who read the file; nothing compares them. */
  readonly ruleId: string;
  readonly file: string;
}

/** Short and the same everywhere: a finding's identity, hashed. It stays when a manifest moves or is reformatted. */
export function fingerprintOf(finding: Finding): string {
  return createHash("sha256").update(identityOf(finding)).digest("hex").slice(0, 32);
}

/** Findings that were there when a team began, and are no news. */
export class Baseline {
  readonly #left: Map<string, number>;
  readonly #size: number;
  #met = 0;

  private constructor(counts: Map<string, number>) {
    this.#left = counts;
    this.#size = [...counts.values()].reduce((sum, n) => sum + n, 0);
  }

  /** @throws UsageError when the file is not there or is no baseline */
  static read(file: string, cwd: string): Baseline {
    const entries = parse(file, textOf(file, cwd));
    const counts = new Map<string, number>();
    for (const { fingerprint, count } of entries)
      counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + count);
    return new Baseline(counts);
  }

  /** Whether a finding is news. To be asked once for each. */
  isNew(finding: Finding): boolean {
    const fingerprint = fingerprintOf(finding);
    const left = this.#left.get(fingerprint) ?? 0;
    if (left === 0) return true;
    this.#left.set(fingerprint, left - 1);
    this.#met++;
    return false;
  }

  /** How many were left out, and how many of the baseline are gone; to be asked when every finding was met. */
  summary(file: string): readonly Message[] {
    const gone = this.#size - this.#met;
    const known = t("{n} known findings of the baseline {file} are left out.", { n: this.#met, file });
    if (gone === 0) return [known];
    return [
      known,
      t(
        "{n} findings of the baseline are gone. Run again with --write-baseline {file}, so that they cannot come back unseen.",
        {
          n: gone,
          file,
        },
      ),
    ];
  }
}

/**
 * Writes the findings as the new baseline.
 * @returns how many there are
 * @throws UsageError when the file cannot be written
 */
export function writeBaseline(
  findings: readonly Finding[],
  project: Project,
  file: string,
  cwd: string,
): number {
  const entries = new Map<string, Entry>();
  for (const finding of findings) {
    const fingerprint = fingerprintOf(finding);
    const shown = displayPath(cwd, project.pathOf(finding.document.uri));
    const before = entries.get(fingerprint);
    entries.set(
      fingerprint,
      before === undefined
        ? { fingerprint, count: 1, ruleId: finding.ruleId, file: shown }
        : { ...before, count: before.count + 1 },
    );
  }
  const sorted = [...entries.values()].sort(
    (a, b) =>
      compareTexts(a.file, b.file) ||
      compareTexts(a.ruleId, b.ruleId) ||
      compareTexts(a.fingerprint, b.fingerprint),
  );
  try {
    writeFileSync(resolve(cwd, file), `${JSON.stringify({ version: VERSION, findings: sorted }, null, 1)}\n`);
  } catch (error) {
    throw new UsageError(
      t(
        "The baseline {file} could not be written: {reason}. Name a file in a folder that exists and is yours to write.",
        {
          file,
          reason: reasonOf(error),
        },
      ),
    );
  }
  return findings.length;
}

function textOf(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    throw new UsageError(
      t("The baseline {file} could not be read: {reason}. `--write-baseline {file}` makes one.", {
        file,
        reason: reasonOf(error),
      }),
    );
  }
}

function parse(file: string, text: string): readonly Entry[] {
  try {
    const read: unknown = JSON.parse(text);
    if (isBaseline(read)) return read.findings;
  } catch {
    // Said below.
  }
  throw new UsageError(
    t("{file} is no baseline of this version of Nines. `--write-baseline {file}` makes a new one.", { file }),
  );
}

function isBaseline(read: unknown): read is { version: typeof VERSION; findings: readonly Entry[] } {
  if (typeof read !== "object" || read === null || !("version" in read) || !("findings" in read))
    return false;
  return read.version === VERSION && Array.isArray(read.findings) && read.findings.every(isEntry);
}

function isEntry(entry: unknown): entry is Entry {
  return (
    typeof entry === "object" &&
    entry !== null &&
    "fingerprint" in entry &&
    typeof entry.fingerprint === "string" &&
    "count" in entry &&
    Number.isSafeInteger(entry.count)
  );
}
