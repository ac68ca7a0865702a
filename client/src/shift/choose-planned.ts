import { l10n } from "vscode";
import {
  type ClusterContext,
  type ClusterContexts,
  METHODS,
  type PlanFailover,
  type ShiftChange,
  type ShiftTarget,
} from "../../../server/src/server/protocol.ts";
import { memberOf } from "./choose-members.ts";
import { chooseMemberContext, targetsIn } from "./choose-place.ts";
import { chooseRecord } from "./choose-record.ts";
import { targetItem } from "./choose-target.ts";
import type { Choosing } from "./choosing.ts";
import type { Entry, Member } from "./members.ts";

type Move = NonNullable<PlanFailover["steps"][number]["move"]>;
type There = Choosing & { readonly context: string };

/** The entries of a plan's failover; the user is asked for what neither the plan nor the manifests say. */
export async function entriesOf(
  choosing: Choosing,
  { steps, contexts }: PlanFailover,
): Promise<readonly Entry[]> {
  const suggested = contexts.map(({ context, platform, site }) => ({
    context,
    why: site === undefined ? platform : `${platform} · ${site}`,
  }));
  const known = await choosing.ask.read(async () => {
    const all = await choosing.client.sendRequest<ClusterContexts>(METHODS.clusterContexts);
    return all.contexts;
  });
  const entries: Entry[] = [];
  for (const { name: step, move } of steps) {
    if (move === undefined) {
      entries.push({ kind: "byHand", step });
      continue;
    }
    const planned = known.find(({ name }) => name === move.context);
    const question = l10n.t("{0}: in which context is {1}?", step, titleOf(move));
    const context = planned ?? (await chooseMemberContext(choosing, question, suggested));
    const member = await plannedMember({ ...choosing, context: context.name }, context, move, entries);
    entries.push({ kind: "member", member, step });
  }
  return entries;
}

function titleOf({ kind, namespace, name, record }: Move): string {
  const object = name === undefined ? record : namespace === undefined ? name : `${namespace}/${name}`;
  return object === undefined ? kind : `${kind} ${object}`;
}

async function plannedMember(
  there: There,
  context: ClusterContext,
  move: Move,
  before: readonly Entry[],
): Promise<Member> {
  const { connected } = there;
  const namespace =
    move.namespace ?? (context.name === connected.context ? connected.namespace : context.namespace);
  const given = changeOf(move);
  if (move.name !== undefined && given !== undefined)
    return { context: context.name, target: { kind: move.kind, namespace, name: move.name }, change: given };
  const target = await objectOf(there, namespace, move);
  if (target.kind !== "DNSEndpoint") return await memberOf(there, target, before);
  const { kind, name } = target;
  const change = await chooseRecord(there, target, move.record);
  return { context: context.name, target: { kind, namespace, name }, change };
}

/** What the plan says in full: where the traffic goes. */
function changeOf({ kind, to }: Move): ShiftChange | undefined {
  return kind === "VirtualService" && to !== undefined
    ? { kind: "weights", route: undefined, to: [{ leg: to, weight: 100 }], steps: [100] }
    : undefined;
}

/** The object as it is in the cluster; where the plan does not name it, the user does. */
async function objectOf(there: There, namespace: string, move: Move): Promise<ShiftTarget> {
  const { context, ask } = there;
  const all = await targetsIn(there, { context, namespace }, [move.kind]);
  const meant = all.filter(({ name }) => move.name === undefined || name === move.name);
  const [only] = meant;
  if (all.length === 0)
    throw new Error(
      l10n.t("Namespace {0} of {1} has nothing that a failover could move.", namespace, context),
    );
  if (only !== undefined && meant.length === 1 && move.name !== undefined) return only;
  const question = l10n.t("Which {0} does the plan mean?", titleOf(move));
  return (await ask.pick(question, (only === undefined ? all : meant).map(targetItem))).target;
}
