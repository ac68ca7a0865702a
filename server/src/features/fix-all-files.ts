import type { WorkspaceEdit } from "vscode-languageserver/node";
import { applyEdits } from "../fixes/edit.ts";
import { MAX_ROUNDS, roundOf } from "../fixes/rounds.ts";
import type { Finding } from "../rules/finding.ts";
import type { FixAllOutcome } from "./branch-data.ts";
import { minimalEdits } from "./minimal-edits.ts";
import type { Session, Twin } from "./session.ts";
import { Slices } from "./slices.ts";
import { type Cancellation, currentTexts, twinOf } from "./twin.ts";
import { type FileEdits, workspaceEdit } from "./workspace-edit.ts";

/** Typing goes before: see `Slices`. */
const REST_MS = 2;

/**
 * The edit that makes every safe fix of some files, again and again until none is left. A fix that would reach into any
 * other file is left alone as a whole. Tried out in a twin, so that it takes its time while the client types; whoever
 * applies the edit holds it to the versions it names. Undefined when it is not wanted any more.
 */
export async function fixAllIn(
  session: Session,
  uris: readonly string[],
  cancellation: Cancellation,
): Promise<FixAllOutcome<WorkspaceEdit> | undefined> {
  await session.complete;
  const targets = new Set(
    uris.map((uri) => session.canonicalUri(uri)).filter((uri) => isJudged(session, uri)),
  );
  const slices = new Slices(REST_MS);
  const texts = currentTexts(session);
  const twin = targets.size === 0 ? undefined : await twinOf(session, texts, slices, cancellation);
  if (twin === undefined)
    return targets.size === 0 ? { edit: null, fixed: 0, files: 0, remaining: 0 } : undefined;
  let fixed = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const findings = await findingsIn(twin, targets, slices, cancellation);
    if (findings === undefined) return undefined;
    const { made, edits } = roundOf(findings, (uri) => targets.has(uri));
    if (made.length === 0) break;
    fixed += made.length;
    for (const [uri, own] of edits) twin.load(uri, applyEdits(twin.file(uri)?.text ?? "", own));
  }
  const remaining = await findingsIn(twin, targets, slices, cancellation);
  if (remaining === undefined) return undefined;
  const files = changesOf(session, twin, targets, texts);
  // Somebody typed meanwhile: what was fixed is not what is there now.
  if (files === undefined) return fixAllIn(session, uris, cancellation);
  const edit = files.length === 0 ? null : workspaceEdit(session, files);
  return { edit, fixed: files.length === 0 ? 0 : fixed, files: files.length, remaining: remaining.length };
}

function isJudged(session: Session, uri: string): boolean {
  return session.file(uri) !== undefined && session.isEnabled(uri);
}

async function findingsIn(
  twin: Twin,
  uris: ReadonlySet<string>,
  slices: Slices,
  cancellation: Cancellation,
): Promise<Finding[] | undefined> {
  const findings: Finding[] = [];
  for (const uri of uris) {
    const file = twin.file(uri);
    if (file !== undefined) findings.push(...twin.findings(file));
    await slices.pause();
    if (cancellation.isCancellationRequested) return undefined;
  }
  return findings;
}

/** Undefined when a file to be changed is not as it was when the fixes were tried out. */
function changesOf(
  session: Session,
  twin: Twin,
  uris: ReadonlySet<string>,
  texts: ReadonlyMap<string, string>,
): FileEdits[] | undefined {
  const changes: FileEdits[] = [];
  for (const uri of uris) {
    const before = texts.get(uri);
    const after = twin.file(uri)?.text;
    if (before === undefined || after === undefined || after === before) continue;
    const file = session.file(uri);
    if (file?.text !== before) return undefined;
    changes.push({ file, edits: minimalEdits(before, after) });
  }
  return changes;
}
