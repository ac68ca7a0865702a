import type {
  AnnotatedTextEdit,
  ChangeAnnotation,
  SnippetTextEdit,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import type { SourceFile } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import { fileRange } from "./ranges.ts";
import type { Session } from "./session.ts";

/** Edits of one file; ranges are offsets in it. */
export interface FileEdits {
  readonly file: SourceFile;
  readonly edits: readonly FileEdit[];
}

/** A replacement in a file. */
export interface FileEdit {
  readonly range: Range;
  readonly newText: string;
  /** `newText` holds a placeholder that the user is to fill in, for clients that know what that is. */
  readonly snippet?: string;
  /** Position of its annotation among those of a reviewed edit. */
  readonly annotation?: number;
}

/** What the user is told about an edit, and asked before a risky one. */
export interface Confirmation {
  readonly label: string;
  readonly description: string;
  /** Whether the user has to agree; true unless stated. */
  readonly needsConfirmation?: boolean;
}

const ANNOTATION = "nines.review";

/**
 * The edits as the protocol has them: tied to the versions they were made for where the client can check that,
 * and marked for review where it can ask.
 */
export function workspaceEdit(
  session: Session,
  files: readonly FileEdits[],
  confirmation?: Confirmation,
): WorkspaceEdit {
  const { documentChanges, changeAnnotations, snippets } = session.client;
  if (!documentChanges) return plainEdit(session, files);
  const annotationId = changeAnnotations && confirmation !== undefined ? ANNOTATION : undefined;
  const changes = files.map(
    ({ file, edits }): TextDocumentEdit => ({
      textDocument: { uri: session.clientUri(file.uri), version: session.version(file.uri) },
      edits: edits.map((edit) => annotated(file, edit, annotationId, snippets)),
    }),
  );
  if (annotationId === undefined || confirmation === undefined) return { documentChanges: changes };
  const annotation: ChangeAnnotation = { needsConfirmation: true, ...confirmation };
  return { documentChanges: changes, changeAnnotations: { [annotationId]: annotation } };
}

/**
 * Edits that the user takes or leaves by annotation. Where none of those asks for a confirmation, or the client
 * knows no annotations, they are made without a review.
 */
export function reviewedEdit(
  session: Session,
  files: readonly FileEdits[],
  annotations: readonly ChangeAnnotation[],
): WorkspaceEdit {
  const { documentChanges, changeAnnotations } = session.client;
  const isReviewed = changeAnnotations && annotations.some(({ needsConfirmation }) => needsConfirmation);
  if (!documentChanges || !isReviewed) return workspaceEdit(session, files);
  const idOf = (annotation = 0) => `${ANNOTATION}.${annotation}`;
  return {
    documentChanges: files.map(({ file, edits }) => ({
      textDocument: { uri: session.clientUri(file.uri), version: session.version(file.uri) },
      edits: edits.map((edit) => ({ ...plain(file, edit), annotationId: idOf(edit.annotation) })),
    })),
    changeAnnotations: Object.fromEntries(annotations.map((annotation, i) => [idOf(i), annotation])),
  };
}

function plainEdit(session: Session, files: readonly FileEdits[]): WorkspaceEdit {
  return {
    changes: Object.fromEntries(
      files.map(({ file, edits }) => [session.clientUri(file.uri), edits.map((edit) => plain(file, edit))]),
    ),
  };
}

function plain(file: SourceFile, { range, newText }: FileEdit): TextEdit {
  return { range: fileRange(file, range), newText };
}

function annotated(
  file: SourceFile,
  edit: FileEdit,
  annotationId: string | undefined,
  snippets: boolean,
): TextEdit | AnnotatedTextEdit | SnippetTextEdit {
  if (edit.snippet !== undefined && snippets)
    return { range: fileRange(file, edit.range), snippet: { kind: "snippet", value: edit.snippet } };
  const textEdit = plain(file, edit);
  return annotationId === undefined ? textEdit : { ...textEdit, annotationId };
}
