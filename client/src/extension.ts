import { type ExtensionContext, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { METHODS, type TrustParams } from "../../server/src/server/protocol.ts";
import { startBranchCheck } from "./branch/start.ts";
import { registerCommands } from "./commands/index.ts";
import { answerFileRequests } from "./file-requests.ts";
import { createClient } from "./language-client.ts";
import { RulePages } from "./rule-pages.ts";
import { ClusterLink } from "./shift/cluster-link.ts";
import { UnfinishedShifts } from "./shift/unfinished.ts";
import { AvailabilityView } from "./views/availability.ts";
import { BeforeFix } from "./views/before-fix.ts";
import { RecoveryTimelines } from "./views/recovery-timeline.ts";
import { StatusItem } from "./views/status-item.ts";
import { TrafficShifts } from "./views/traffic-shift.ts";

let client: LanguageClient | undefined;

/** Starts the language server and offers the commands. */
export async function activate(context: ExtensionContext): Promise<void> {
  const started = createClient(context.asAbsolutePath("server/dist/language-server.mjs"));
  client = started;
  const branch = startBranchCheck(started, context);
  const availability = new AvailabilityView(started, branch);
  const timelines = new RecoveryTimelines(started, context);
  const link = new ClusterLink(started, context);
  const shifts = new TrafficShifts(started, context);
  context.subscriptions.push(
    availability,
    timelines,
    link,
    shifts,
    ...registerCommands({
      client: started,
      pages: new RulePages(started, context.subscriptions),
      availability,
      beforeFix: new BeforeFix(context.subscriptions),
      branch,
      timelines,
      link,
      shifts,
    }),
    ...answerFileRequests(started),
    new StatusItem(started),
    workspace.onDidGrantWorkspaceTrust(() => sendTrust(started)),
  );
  const unfinished = new UnfinishedShifts(started, link, shifts);
  link.onConnect(({ context: name }) => void unfinished.offer(name));
  await started.start();
  await resumeCluster(link, unfinished);
}

/** After a reload: connects again where the settings say so; else only says which shifts were left unfinished. */
async function resumeCluster(link: ClusterLink, unfinished: UnfinishedShifts): Promise<void> {
  const { remembered } = link;
  if (!workspace.isTrusted || remembered === undefined) return;
  if (workspace.getConfiguration("nines").get("reconnectCluster") === true) await link.connect(remembered);
  else await unfinished.offer(remembered.context);
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
