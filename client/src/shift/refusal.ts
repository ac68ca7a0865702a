import { CancellationError, window } from "vscode";

/** Shows why the server did not do something. Its sentences say what to do; a cancelled request needs none. */
export function showRefusal(error: unknown): void {
  if (error instanceof CancellationError) return;
  const text = error instanceof Error ? error.message : String(error);
  // Not awaited: the command is done when the message is there, not when somebody has closed it.
  void window.showErrorMessage(text);
}
