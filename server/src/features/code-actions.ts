import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Connection,
  type Diagnostic,
  type ServerCapabilities,
} from "vscode-languageserver/node";
import type { SourceFile } from "../model/document.ts";
import { t } from "../model/message.ts";
import { overlaps, type Range } from "../model/range.ts";
import { type Finding, type FindingFix, isFixable } from "../rules/finding.ts";
import { SOURCE } from "./diagnostic.ts";
import { fixAllEdits } from "./fix-all.ts";
import { equalRanges, offsetAt, toLspRange, toOffsets } from "./ranges.ts";
import { REWRITE, type RefactoringData, resolveRewrite, rewriteActions } from "./refactorings.ts";
import type { Session } from "./session.ts";
import { SHIFT, shiftActions } from "./shift-actions.ts";
import { suppressionEdit } from "./suppress.ts";
import { type FileEdits, workspaceEdit } from "./workspace-edit.ts";

/** Makes every safe fix of a file. */
const FIX_ALL = `${CodeActionKind.SourceFixAll}.nines`;

/** What an unresolved action carries. */
type ActionData = RefactoringData | { readonly uri: string; readonly refactoring?: undefined };

export const codeActionCapabilities: ServerCapabilities = {
  codeActionProvider: {
    codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL, REWRITE, SHIFT],
    resolveProvider: true,
  },
};

/** Offers fixes of the findings, in the light bulb and on saving, and rewrites of what is there. */
export function registerCodeActions(connection: Connection, session: Session): void {
  connection.onCodeAction(async (params) => {
    await session.ready;
    const file = session.file(params.textDocument.uri);
    if (file === undefined) return [];
    return [
      ...quickFixes(session, file, params),
      ...rewrites(session, file, params),
      ...shifts(session, file, params),
      ...fixAll(session, file, params),
    ];
  });
  connection.onCodeActionResolve((action) => {
    const data = action.data as ActionData | undefined; // as we sent it
    if (data?.refactoring !== undefined) {
      const edit = resolveRewrite(session, data);
      return edit === undefined ? action : { ...action, edit };
    }
    const file = data === undefined ? undefined : session.file(data.uri);
    return file === undefined
      ? action
      : { ...action, edit: workspaceEdit(session, fixAllEdits(session, file)) };
  });
}

function quickFixes(session: Session, file: SourceFile, { range, context }: CodeActionParams): CodeAction[] {
  if (!isWanted(CodeActionKind.QuickFix, context.only)) return [];
  const at = toOffsets(file, range);
  const findings = session.findings(file).filter((finding) => touches(finding, at));
  const fixes = findings.flatMap((finding) =>
    finding.fixes.map((fix) => fixAction(session, finding, fix, context.diagnostics)),
  );
  const suppressions = findings.flatMap(
    (finding) => suppressAction(session, finding, context.diagnostics) ?? [],
  );
  return [...fixes, ...suppressions, ...explanations(session, findings)];
}

function fixAction(
  session: Session,
  finding: Finding,
  fix: FindingFix,
  shown: readonly Diagnostic[],
): CodeAction {
  const title = session.text(fix.title);
  const confirmation = {
    label: title,
    description: session.text(t("Review this change: it may affect more than what was found.")),
  };
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf(finding, shown),
    isPreferred: fix.preferred,
    edit: workspaceEdit(session, byFile(fix), fix.needsConfirmation ? confirmation : undefined),
  };
}

function suppressAction(
  session: Session,
  finding: Finding,
  shown: readonly Diagnostic[],
): CodeAction | undefined {
  if (!session.rules.some((rule) => rule.id === finding.ruleId)) return undefined;
  const edit = suppressionEdit(finding, session.text(t("say here why this is fine")));
  if (edit === undefined) return undefined;
  return {
    title: session.text(t("Suppress {id} here with a comment", { id: finding.ruleId })),
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf(finding, shown),
    edit: workspaceEdit(session, [{ file: finding.document.file, edits: [edit] }]),
  };
}

function explanations(session: Session, findings: readonly Finding[]): CodeAction[] {
  if (!session.client.explainsRules) return [];
  return [...new Set(findings.map(({ ruleId }) => ruleId))].map((id) => {
    const title = session.text(t("Explain {id}", { id }));
    return {
      title,
      kind: CodeActionKind.QuickFix,
      command: { title, command: "nines.explainRule", arguments: [id] },
    };
  });
}

function rewrites(session: Session, file: SourceFile, { range, context }: CodeActionParams): CodeAction[] {
  return isWanted(REWRITE, context.only) ? rewriteActions(session, file, offsetAt(file, range.start)) : [];
}

function shifts(session: Session, file: SourceFile, { range, context }: CodeActionParams): CodeAction[] {
  return isWanted(SHIFT, context.only) ? shiftActions(session, file, offsetAt(file, range.start)) : [];
}

/** The edits are made only when asked for by kind, and by a client that resolves only when the user picks it. */
function fixAll(session: Session, file: SourceFile, { context }: CodeActionParams): CodeAction[] {
  if (context.only === undefined || !isWanted(FIX_ALL, context.only)) return [];
  if (!session.findings(file).some(isFixable)) return [];
  const action: CodeAction = { title: session.text(t("Apply all safe fixes of Nines")), kind: FIX_ALL };
  const data: ActionData = { uri: file.uri };
  if (session.client.resolvesEdits) return [{ ...action, data }];
  return [{ ...action, edit: workspaceEdit(session, fixAllEdits(session, file)) }];
}

function byFile(fix: FindingFix): FileEdits[] {
  const files = new Map<SourceFile, FileEdits["edits"][number][]>();
  for (const { document, range, newText } of fix.edits) {
    const edits = files.get(document.file) ?? [];
    edits.push({ range: document.inFile(range), newText });
    files.set(document.file, edits);
  }
  return Array.from(files, ([file, edits]) => ({ file, edits }));
}

/** The diagnostics that the client shows for a finding, by rule and place. */
function diagnosticsOf(finding: Finding, shown: readonly Diagnostic[]): Diagnostic[] {
  const range = toLspRange(finding.document, finding.range);
  return shown.filter(
    ({ source, code, range: at }) => source === SOURCE && code === finding.ruleId && equalRanges(at, range),
  );
}

/** A cursor touches what it stands beside too. */
function touches({ document, range }: Finding, at: Range): boolean {
  const own = document.inFile(range);
  return overlaps(own, at) || (at.start <= own.end && own.start <= at.end);
}

/** Whether a kind, or one that it is a part of, is asked for. */
function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return (
    only === undefined ||
    only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`) || wanted === "")
  );
}
