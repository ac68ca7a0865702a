import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { itemName } from "../recovery/data-items.ts";
import { formatDuration } from "../recovery/durations.ts";
import type { Verdict } from "../recovery/estimate.ts";
import { type LossObjective, recoveryOf, type TimeObjective } from "../recovery/evaluate.ts";
import { partTexts, worstText } from "../recovery/figures.ts";
import { type Meaning, meaning, type World } from "./meaning.ts";
import { placeIn } from "./place.ts";

/** Objectives of a recovery plan: what the configuration gives, beside what is promised. */
export function objectiveMeanings(plan: Resource, { snapshot }: World): readonly Meaning[] {
  // A manifest that the plan refers to may come with a file that is not read yet.
  const recovery = snapshot.complete ? recoveryOf(plan, snapshot) : undefined;
  return (recovery?.objectives ?? []).flatMap(({ objective, time, loss }) => [
    ...sideMeaning(plan, objective.node, "rto", time, timeDetails(time)),
    ...sideMeaning(plan, objective.node, "rpo", loss, lossDetails(loss)),
  ]);
}

function sideMeaning(
  { document }: Resource,
  node: Parameters<typeof placeIn>[1],
  key: "rto" | "rpo",
  side: TimeObjective | LossObjective,
  details: readonly (Message | undefined)[],
): readonly Meaning[] {
  const { promised, computed, verdict, assumptions } = side;
  if (promised.state !== "known" || verdict === undefined) return [];
  const given = computed === undefined ? NOTHING : worstText(computed);
  const figures = { given, promised: formatDuration(promised.value) };
  return meaning(
    placeIn(document, node, key),
    [
      { ...(given === NOTHING ? NO_FIGURE : VERDICTS[verdict]), values: figures },
      ...details,
      ...(assumptions.length === 0 ? [] : [t("Taken for granted:"), ...assumptions]),
    ],
    { short: t("{given} of {promised}", figures) },
  );
}

/** What `worstText` says of what nobody knows. */
const NOTHING = "?";

const NO_FIGURE = t("What the configuration gives is not known; {promised} promised.");

const VERDICTS: Readonly<Record<Verdict, Message>> = {
  met: t("Kept: {promised} promised, the configuration gives {given}."),
  breached: t("Broken: {promised} promised, the configuration gives {given}."),
  unknown: t("Not known: {promised} promised, the configuration gives {given} as far as can be told."),
};

function timeDetails({ recovery, computed, improvements }: TimeObjective): readonly (Message | undefined)[] {
  if (recovery === undefined || computed === undefined)
    return [t("Nothing in the plan serves this objective: no failover has it in `serves`.")];
  const parts = partTexts(recovery.path);
  return [
    parts.length === 0 ? undefined : t("The worst case is made of {parts}.", { parts }),
    Number.isFinite(computed.best)
      ? t("The best case is {best}.", { best: formatDuration(computed.best) })
      : undefined,
    improvements.length === 0
      ? undefined
      : t("Cheapest first: {improvements}.", { improvements: improvements.map(({ title }) => title) }),
  ];
}

function lossDetails({ recovery, improvements }: LossObjective): readonly (Message | undefined)[] {
  const items = recovery.items.map(({ item, estimate, copy }) => {
    const name = [itemName(item)];
    if (copy !== undefined)
      return {
        text: "{name} {loss} ({copy})",
        values: { name, loss: worstText(estimate), copy: copy.name },
      };
    return estimate.open
      ? t("{name}: not known whether a copy survives", { name })
      : t("{name}: no copy survives", { name });
  });
  return [
    items.length === 0
      ? t("The plan names no data: no databases, no replication, no backups.")
      : t("By data and the newest copy that survives: {items}.", { items }),
    improvements.length === 0
      ? undefined
      : t("Cheapest first: {improvements}.", { improvements: improvements.map(({ title }) => title) }),
  ];
}
