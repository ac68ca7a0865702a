import { type Build, idOf } from "../render/build.ts";
import { BuiltFindings } from "../render/built-findings.ts";
import { judge } from "../render/judge.ts";
import type { Judged, Surroundings } from "../render/judged.ts";
import { overlaidBy, type Sources } from "../render/overlaid.ts";
import type { BuiltAll } from "./build-all.ts";
import type { Builder } from "./builder.ts";

/** What judging everything that was built came to. */
export interface JudgedAll {
  readonly judged: readonly Judged[];
  readonly findings: BuiltFindings;
}

/** Nothing was built. */
export const NOTHING_JUDGED: JudgedAll = { judged: [], findings: BuiltFindings.none };

/** What judging needs. */
export interface JudgingOptions {
  /** Every build there is, also those that were not asked for. */
  readonly builds: readonly Build[];
  /** Who has built it. */
  readonly builder: Builder;
  readonly around: Surroundings & Pick<Sources, "findings">;
  /** Called when one could not be judged; it then counts as not built. */
  failed(build: Build, error: unknown): void;
}

/** Judges what was built, and the sources by it. Yields between its steps, so that somebody else may have a turn. */
export function* judgeBuilt({ built }: BuiltAll, options: JudgingOptions): Generator<void, JudgedAll> {
  const { builds, builder, around, failed } = options;
  const judged: Judged[] = [];
  for (const { build, output } of built) {
    try {
      judged.push(judge(build, output, around));
    } catch (error) {
      failed(build, error);
    }
    yield;
  }
  const sums = new Map(built.map((each) => [idOf(each.build), each.sums]));
  const overlaid = yield* overlaidBy(judged, builds, {
    file: (uri) => around.file(uri),
    findings: (file) => around.findings(file),
    layout: around.snapshot().layout,
    rules: around.policy.rules,
    isAsBuilt: (build, { uri, text }) => builder.isBuiltOf(sums.get(idOf(build)) ?? new Map(), uri, text),
  });
  return {
    judged,
    findings: new BuiltFindings(
      judged.flatMap(({ findings }) => findings),
      overlaid,
    ),
  };
}
