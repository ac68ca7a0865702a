import type { Server } from "./server.ts";

/** Paths on this machine that the workbench shall run an extension from. */
export type DevelopmentPaths = { extensions: string[]; tests?: string };

/**
 * The address that opens a folder in the workbench that `server` serves, optionally with extensions under
 * development and extension tests to run. The same as the command line of desktop VS Code, in a URL.
 */
export function workbenchUrl(server: Server, folder: string, development?: DevelopmentPaths): string {
  const url = new URL(`http://${server.authority}/`);
  url.searchParams.set("folder", folder);
  if (development) url.searchParams.set("payload", JSON.stringify(payload(server, development)));
  // A slash needs no escape there, and people read this address.
  return url.href.replaceAll("%2F", "/");
}

function payload(server: Server, { extensions, tests }: DevelopmentPaths): [string, string][] {
  const remote = (path: string) => `vscode-remote://${server.authority}${path}`;
  const entries: [string, string][] = extensions.map((path) => ["extensionDevelopmentPath", remote(path)]);
  if (tests !== undefined) entries.push(["extensionTestsPath", remote(tests)]);
  return [...entries, ["skipWelcome", "true"]];
}
