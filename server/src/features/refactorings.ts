import { type CodeAction, CodeActionKind, type WorkspaceEdit } from "vscode-languageserver/node";
import type { SourceFile } from "../model/document.ts";
import type { Resource } from "../model/resource.ts";
import type { Offer, Place, Rewrite, World } from "../refactor/refactoring.ts";
import { refactorings } from "../refactor/registry.ts";
import { documentAt } from "./ranges.ts";
import type { Session } from "./session.ts";
import { type FileEdit, type FileEdits, reviewedEdit } from "./workspace-edit.ts";

/** What an action carries until the user takes it. */
export interface RefactoringData {
  readonly uri: string;
  readonly refactoring: string;
  /** Where it was asked for, an offset in the file. */
  readonly offset: number;
}

/** The kind of every refactoring. */
export const REWRITE = CodeActionKind.RefactorRewrite;

/** What can be rewritten at an offset of a file. Only a client that cannot ask for the edits later gets them now. */
export function rewriteActions(session: Session, file: SourceFile, offset: number): CodeAction[] {
  if (!session.isEnabled(file.uri)) return [];
  const place = placeAt(file, offset);
  if (place === undefined) return [];
  const world = worldOf(session);
  return refactorings.flatMap((refactoring): CodeAction[] => {
    const offer = refactoring.types.includes(place.resource.type)
      ? refactoring.offer(place, world)
      : undefined;
    if (offer === undefined) return [];
    const action: CodeAction = { title: session.text(offer.title), kind: REWRITE };
    const data: RefactoringData = { uri: file.uri, refactoring: refactoring.id, offset };
    if (session.client.resolvesEdits) return [{ ...action, data }];
    return [{ ...action, edit: editOf(session, offer) }];
  });
}

/** The edits of an action that was offered; undefined when it is no longer. */
export function resolveRewrite(session: Session, data: RefactoringData): WorkspaceEdit | undefined {
  const file = session.file(data.uri);
  const place = file && placeAt(file, data.offset);
  const refactoring = refactorings.find(({ id }) => id === data.refactoring);
  if (place === undefined || refactoring?.types.includes(place.resource.type) !== true) return undefined;
  const offer = refactoring.offer(place, worldOf(session));
  return offer && editOf(session, offer);
}

function placeAt(file: SourceFile, at: number): Place | undefined {
  const document = documentAt(file, at);
  if (document === undefined || (document.parsed?.problems.length ?? 0) > 0) return undefined;
  const offset = at - document.start;
  const resource = resourceAt(document.resources, offset);
  return resource && { resource, offset };
}

/** A document is its resource's, whatever stands around it; an item of a list only what is written in it. */
function resourceAt(resources: readonly Resource[], offset: number): Resource | undefined {
  const [only] = resources;
  if (only !== undefined && only.root === only.document.parsed?.root) return only;
  return resources.find(({ root }) => root.range.start <= offset && offset <= root.range.end);
}

function worldOf(session: Session): World {
  return {
    snapshot: session.snapshot(),
    rules: session.rules,
    configFor: (uri) => session.configFor(uri),
  };
}

function editOf(session: Session, offer: Offer): WorkspaceEdit {
  const rewrite = session.rehearsing((trial) => offer.rewrite(trial));
  // The trial has left its files as new versions of the same texts.
  return reviewedEdit(
    session,
    filesOf(session, rewrite),
    rewrite.parts.map(({ titles, question }) => ({
      label: titles.map((title) => session.text(title)).join(" · "),
      ...(question === undefined ? {} : { description: session.text(question) }),
      needsConfirmation: question !== undefined,
    })),
  );
}

function filesOf(session: Session, { changes }: Rewrite): FileEdits[] {
  const files = new Map<string, FileEdit[]>();
  for (const { uri, range, newText, part } of changes) {
    const own = files.get(uri) ?? [];
    own.push({ range, newText, annotation: part });
    files.set(uri, own);
  }
  return [...files].flatMap(([uri, edits]) => {
    const file = session.file(uri);
    return file === undefined ? [] : [{ file, edits }];
  });
}
