import type { CodeAction, Command } from "vscode-languageserver/node";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import { documentAt } from "./ranges.ts";
import type { Session } from "./session.ts";
import { type ShiftKind, type ShiftTarget, targetsOf } from "./shift-targets.ts";

/** The kind of code actions that shift traffic. They change the cluster, after a preview, and never the text. */
export const SHIFT = "refactor.shift";

const WEIGHTED: readonly ShiftKind[] = ["VirtualService", "HTTPRoute"];

/** The client's commands, by what they are offered for. Each takes a `ShiftTarget`. */
const COMMANDS: readonly {
  readonly command: string;
  readonly title: Message;
  readonly kinds: readonly ShiftKind[];
  /** Only for routes of http: others have neither headers nor faults. */
  readonly http?: true;
}[] = [
  {
    command: "nines.previewShift",
    title: t("Preview shift…"),
    kinds: [...WEIGHTED, "Rollout", "DNSEndpoint", "Cluster"],
  },
  { command: "nines.promoteCanary", title: t("Promote canary…"), kinds: [...WEIGHTED, "Rollout"] },
  { command: "nines.switchBlueGreen", title: t("Switch blue/green…"), kinds: WEIGHTED },
  { command: "nines.failOver", title: t("Fail over to…"), kinds: [...WEIGHTED, "DNSEndpoint", "Cluster"] },
  {
    command: "nines.startAbTest",
    title: t("Start an A/B test…"),
    kinds: ["VirtualService"],
    http: true,
  },
  { command: "nines.failoverDrill", title: t("Drill a failover…"), kinds: ["VirtualService"], http: true },
  { command: "nines.rollback", title: t("Roll back…"), kinds: [...WEIGHTED, "Rollout"] },
];

/** What can be done on the cluster with the route, or the object, at a place. */
export function shiftActions(session: Session, file: SourceFile, offset: number): CodeAction[] {
  const target = targetAt(session, file, offset);
  if (target === undefined || !session.client.shiftsTraffic) return [];
  const isHttp = target.route?.startsWith("http[") === true;
  const fitting = COMMANDS.filter(({ kinds, http }) => kinds.includes(target.kind) && (!http || isHttp));
  return fitting.map(({ command, title }) => {
    const text = session.text(title);
    return { title: text, kind: SHIFT, command: { title: text, command, arguments: [target] } };
  });
}

/** The command of a lens that previews a shift. */
export function previewCommand(session: Session, target: ShiftTarget): Command {
  return { title: session.text(t("Preview shift…")), command: "nines.previewShift", arguments: [target] };
}

function targetAt(session: Session, file: SourceFile, offset: number): ShiftTarget | undefined {
  const document = documentAt(file, offset);
  if (document === undefined) return undefined;
  const at = offset - document.start;
  const resource = document.resources.find(({ root }) => root.range.start <= at && at <= root.range.end);
  const targets = resource === undefined ? [] : targetsOf(session, resource);
  return targets.find(({ route }) => route === undefined || isOn(document, route.node.range, at))?.target;
}

/** Whether a place is on the lines of a range: a cursor often stands where the line begins. */
function isOn({ text }: SourceDocument, { start, end }: Range, at: number): boolean {
  return text.lastIndexOf("\n", start - 1) < at && at <= end;
}
