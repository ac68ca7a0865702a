import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { majorityOf, quorumGroupOf, siblingsOf, tolerated, votersOf } from "../workspace/quorum.ts";
import { type Meaning, meaning, type World } from "./meaning.ts";
import { placeOf } from "./place.ts";

/** The number of voters of anything that decides by majority: what it takes, and what it survives. */
export function voterMeanings(resource: Resource, { snapshot }: World): readonly Meaning[] {
  const group = quorumGroupOf(resource);
  if (group === undefined) return [];
  const voters = votersOf(snapshot, group);
  if (voters === undefined || voters < 1) return [];
  const values = {
    voters,
    system: group.system,
    majority: majorityOf(voters),
    tolerated: tolerated(voters),
    fewer: voters - 1,
  };
  const isEven = voters % 2 === 0;
  const details = [
    voters === 1
      ? t("A single {system} voter: when it is lost, nothing is decided.", values)
      : several(values),
    siblingsOf(snapshot, group).length > 0
      ? t("Several resources of the same cluster hold voters; this is their sum.")
      : undefined,
  ];
  return meaning(placeOf(resource, group.path), details, {
    short: isEven
      ? t("quorum {majority}, tolerates {tolerated} like {fewer}", values)
      : t("quorum {majority}, tolerates {tolerated}", values),
  });
}

function several(values: Message["values"] & { readonly voters: number }): Message {
  return values.voters % 2 === 0
    ? t(
        "{voters} {system} voters: quorum {majority}, tolerates the loss of {tolerated}, like {fewer}.",
        values,
      )
    : t("{voters} {system} voters: quorum {majority}, tolerates the loss of {tolerated}.", values);
}
