import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver/node";

/** @throws ResponseError when the client no longer wants the answer */
export function refuseIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested)
    throw new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}
