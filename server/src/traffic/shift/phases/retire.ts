import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { planSubsets } from "../goals/subsets.ts";
import { at, labelsAt, listOf, pointer, textAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { kubectlPatch } from "../kubectl.ts";
import { type LiveLeg, nameOfLeg } from "../leg.ts";
import { explain } from "../reading/read.ts";
import { readUsers, sameHost } from "../reading/subset-users.ts";
import { findRoute, type LiveRoute } from "../route.ts";
import type { ShiftEvent } from "../state.ts";
import {
  type Connection,
  connectionOf,
  type MemberWork,
  nameOfMember,
  patiently,
  readLive,
  type Work,
} from "../work.ts";

/**
 * Ends the time in which the old side is kept. Nothing is written: the commands that take the old destinations out of
 * the route, and then their subsets out of the DestinationRule, are given for each subset that no route uses any more.
 */
export async function retire(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const { clock } = work.deps;
  const left = Math.ceil(
    (work.completedAt ?? work.createdAt) / 1000 + work.thresholds.keepOld - clock.now() / 1000,
  );
  if (left > 0) work.note(t("The old side was to be kept for another {seconds} s.", { seconds: left }));
  const commands: string[] = [];
  for (const [i, member] of work.members.entries()) {
    const goal = work.steps.findLast((step) => step.member === i)?.goal;
    const connection = connectionOf(work, member.context);
    if (goal?.kind !== "weights" || connection === undefined) continue;
    const live = await readLive(work, member, signal);
    const route = live.ok ? findRoute(live.value, goal.route) : undefined;
    if (!live.ok) {
      work.reason = explain(live.failure, nameOfMember(member));
      return { type: "retireRefused" };
    }
    if (route !== undefined)
      commands.push(...(await tidyUp(work, member, connection, live.value, route, signal)));
  }
  work.manual = commands;
  return { type: "retireDone" };
}

async function tidyUp(
  work: Work,
  member: MemberWork,
  { cluster }: Connection,
  object: KubeObject,
  route: LiveRoute,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const old = route.legs.filter(({ weight }) => weight === 0);
  if (old.length === 0 || old.length === route.legs.length || object.kind !== "VirtualService") return [];
  const removals = old.toReversed().flatMap((leg) => [
    {
      op: "test" as const,
      path: pointer(...leg.path, "destination"),
      value: at(object, ...leg.path, "destination"),
    },
    { op: "remove" as const, path: pointer(...leg.path) },
  ]);
  const commands = [kubectlPatch(member.context, member.ref, removals)];
  const rules = await patiently(work, signal, () =>
    cluster.list(KINDS.destinationRule, { namespace: undefined }, (one) => one, signal),
  );
  for (const leg of old) {
    if (leg.subset === undefined) continue;
    const target = { host: leg.host, subset: leg.subset, by: object };
    const users = await readUsers(cluster, target, signal, route);
    if (!users.known || !rules.ok) {
      work.note(
        t(
          "Whether other routes use the old subsets is not known, so they are left alone: not all VirtualServices may be read.",
        ),
      );
      return commands;
    }
    if (users.value.length > 0) {
      work.note(
        t("{leg} is still used by {users}, so its subset stays.", {
          leg: nameOfLeg(leg),
          users: users.value.join(", "),
        }),
      );
      continue;
    }
    commands.push(...rules.value.flatMap((rule) => subsetRemoval(member, object, rule, leg)));
  }
  return commands;
}

function subsetRemoval(
  member: MemberWork,
  own: KubeObject,
  rule: KubeObject,
  leg: LiveLeg,
): readonly string[] {
  if (!sameHost(textAt(rule, "spec", "host") ?? "", rule, leg.host, own)) return [];
  const subset = listOf(at(rule, "spec", "subsets")).find((item) => textAt(item, "name") === leg.subset);
  const labels = subset === undefined ? undefined : labelsAt(subset, "labels");
  if (leg.subset === undefined || labels === undefined) return [];
  const plan = planSubsets(rule, {
    kind: "subsets",
    action: "remove",
    subsets: [{ name: leg.subset, labels: Object.fromEntries(labels) }],
  });
  const { name, namespace } = rule.metadata;
  return plan.ok && plan.operations.length > 0
    ? [kubectlPatch(member.context, { type: KINDS.destinationRule, namespace, name }, plan.operations)]
    : [];
}
