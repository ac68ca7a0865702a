import { type ExtensionContext, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { METHODS, type TrustParams } from "../../server/src/server/protocol.ts";
import { registerCommands } from "./commands/index.ts";
import { answerFileRequests } from "./file-requests.ts";
import { createClient } from "./language-client.ts";
import { RulePages } from "./rule-pages.ts";
import { AvailabilityView } from "./views/availability.ts";
import { RecoveryTimelines } from "./views/recovery-timeline.ts";
import { StatusItem } from "./views/status-item.ts";

let client: LanguageClient | undefined;

/** Starts the language server and offers the commands. */
export async function activate(context: ExtensionContext): Promise<void> {
  const started = createClient(context.asAbsolutePath("server/dist/language-server.mjs"));
  client = started;
  const availability = new AvailabilityView(started);
  const timelines = new RecoveryTimelines(started, context);
  context.subscriptions.push(
    availability,
    timelines,
    ...registerCommands({
      client: started,
      pages: new RulePages(started, context.subscriptions),
      availability,
      timelines,
    }),
    ...answerFileRequests(started),
    new StatusItem(started),
    workspace.onDidGrantWorkspaceTrust(() => sendTrust(started)),
  );
  await started.start();
}

/** Stops the language server. */
export async function deactivate(): Promise<void> {
  await client?.stop();
}

function sendTrust(to: LanguageClient): void {
  const params: TrustParams = { trusted: true };
  // A server that starts later is told at its start.
  if (to.isRunning()) void to.sendNotification(METHODS.trust, params);
}
