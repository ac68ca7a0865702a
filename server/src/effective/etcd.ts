import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { type EtcdSettings, etcdSettingsOf } from "../workspace/etcd-settings.ts";
import { GOOD_RATIO, LEAST_RATIO, MOST_MS, timeoutsOf } from "../workspace/etcd-timeouts.ts";
import { majorityOf, tolerated } from "../workspace/quorum.ts";
import { type Meaning, meaning, type World } from "./meaning.ts";
import { placeOfNode } from "./place.ts";

/** etcd's timeouts in relation to each other, and what its list of members can lose. */
export function etcdMeanings(resource: Resource, { snapshot }: World): readonly Meaning[] {
  if (snapshot.layout.patchesFor(resource).length > 0) return [];
  return etcdSettingsOf(resource).flatMap((settings) => [...ofTimeouts(settings), ...ofMembers(settings)]);
}

function ofTimeouts(settings: EtcdSettings): readonly Meaning[] {
  const timeouts = timeoutsOf(settings);
  if (timeouts === undefined) return [];
  const { heartbeat, election } = timeouts;
  const ratio = Math.round((election / heartbeat) * 10) / 10;
  const values = { heartbeat, election, ratio };
  const details = [
    t(
      "A member calls an election after {election} ms without a heartbeat, and the leader sends one every {heartbeat} ms: {ratio} of them have to be late.",
      values,
    ),
    judgementOf(heartbeat, election),
  ];
  return ["heartbeat-interval", "election-timeout"].flatMap((name) => {
    const node = settings.get(name)?.node;
    if (node === undefined) return [];
    return meaning(placeOfNode(node), details, { short: t("{ratio} heartbeats per election", values) });
  });
}

function judgementOf(heartbeat: number, election: number): Message {
  if (election < LEAST_RATIO * heartbeat)
    return t("etcd refuses to start: an election timeout has to be at least {count} heartbeats.", {
      count: LEAST_RATIO,
    });
  if (election > MOST_MS)
    return t("etcd refuses to start: an election timeout is at most {most} ms.", { most: MOST_MS });
  return election < GOOD_RATIO * heartbeat
    ? t("Below {count} heartbeats, short delays of the network or the disk cost the cluster its leader.", {
        count: GOOD_RATIO,
      })
    : t("A heartbeat is best about the round-trip time between members, an election {count} times that.", {
        count: GOOD_RATIO,
      });
}

function ofMembers(settings: EtcdSettings): readonly Meaning[] {
  const setting = settings.get("initial-cluster");
  if (setting === undefined || setting.value.includes("$")) return [];
  const voters = setting.value.split(",").filter((member) => member.trim() !== "").length;
  // A list of one is how a member starts that joins by hand or is alone.
  if (voters < 2) return [];
  const values = {
    voters,
    majority: majorityOf(voters),
    tolerated: tolerated(voters),
    fewer: voters - 1,
  };
  const isEven = voters % 2 === 0;
  return meaning(
    placeOfNode(setting.node),
    [
      isEven
        ? t("{voters} members: quorum {majority}, tolerates the loss of {tolerated}, like {fewer}.", values)
        : t("{voters} members: quorum {majority}, tolerates the loss of {tolerated}.", values),
    ],
    {
      short: isEven
        ? t("quorum {majority}, tolerates {tolerated} like {fewer}", values)
        : t("quorum {majority}, tolerates {tolerated}", values),
    },
  );
}
