import { type Message, t } from "../../model/message.ts";
import type { Node } from "../../model/node.ts";
import { known } from "../../recovery/fields.ts";
import type { Plan } from "../../recovery/plan.ts";
import type { Replication } from "../../recovery/plan-data.ts";
import type { KubernetesPlatform } from "../../recovery/plan-platforms.ts";
import { dataSites, definePlanRule, hasUnknownSite, placeOf } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-two-site-quorum",
  title: "Two sites that vote without a third one",
  severity: "error",
  docs: {
    why: "Something that is stretched over two sites needs a majority to go on. With two sites there is none when the line between them is cut: either both stop, or both go on and diverge. And where one site has more votes, its loss stops the other one too.",
    how: "Put a witness at a third site: the vSAN witness host, the arbiter of Ceph's stretch mode, an etcd member. It needs no capacity, only lines of its own to both sites.",
    sources: [
      "https://techdocs.broadcom.com/us/en/vmware-cis/vsan/vsan/8-0/vsan-planning.html",
      "https://docs.ceph.com/en/latest/rados/operations/stretch-mode/",
      "https://etcd.io/docs/latest/faq/",
    ],
  },
  check(plan, context) {
    for (const platform of plan.kubernetes.items) {
      const message = oneSided(platform);
      const at = platform.etcdMembers.node;
      if (message !== undefined && at !== undefined) context.report(plan.resource.locate(at), message);
    }
    const hasWitness = plan.sites.items.some(({ role }) => known(role) === "Witness");
    const sites = dataSites(plan).map(({ name }) => known(name) ?? "?");
    for (const replication of plan.replication.items) {
      const message = badArbiter(replication);
      if (message !== undefined) context.report(placeOf(plan, replication.node), message);
    }
    if (hasWitness || hasUnknownSite(plan) || sites.length !== 2) return;
    for (const { node, what } of stretched(plan))
      context.report(
        placeOf(plan, node),
        t(
          "{what} votes over {a} and {b} without a third site: when the line between them is cut, neither has a majority, and both stop or both go on and diverge. Add a site with role Witness.",
          { what, a: sites[0] ?? "", b: sites[1] ?? "" },
        ),
      );
  },
});

/** What needs a majority over the data sites and has no arbiter of its own. */
function stretched(plan: Plan): readonly { readonly node: Node; readonly what: string }[] {
  return [
    ...plan.vsphere.items.flatMap(({ node, name, stretched: isStretched, storage }) => {
      const votes = known(isStretched) === true && known(storage)?.toLowerCase() === "vsan";
      return votes ? [{ node, what: `vSAN ${known(name) ?? ""}`.trim() }] : [];
    }),
    ...plan.replication.items.flatMap(({ node, name, provider, arbiterSite }) =>
      known(provider) === "CephStretch" && arbiterSite.state === "absent"
        ? [{ node, what: known(name) ?? "Ceph" }]
        : [],
    ),
  ];
}

/** An arbiter at one of the two sites falls together with half of the others. */
function badArbiter({ arbiterSite, from, to }: Replication): Message | undefined {
  const site = known(arbiterSite);
  if (site === undefined || (site !== known(from) && site !== known(to))) return undefined;
  return t(
    "The arbiter stands at {site}, which holds data too: with that site the majority is lost, and the other one stops. Put the arbiter at a third site.",
    { site },
  );
}

/** Members over several sites, of which one has so many that the others are no majority. */
function oneSided({ etcdMembers }: KubernetesPlatform): Message | undefined {
  const { items, complete } = etcdMembers;
  const members = items.length;
  const bySite = new Map<string, number>();
  for (const { value } of items) bySite.set(value, (bySite.get(value) ?? 0) + 1);
  if (!complete || bySite.size < 2) return undefined;
  const quorum = Math.floor(members / 2) + 1;
  const largest = [...bySite].reduce((most, each) => (each[1] > most[1] ? each : most));
  const [site, count] = largest;
  if (members - count >= quorum) return undefined;
  return t(
    "{count} of {members} etcd members stand at {site}: with that site {left} are left where {quorum} are needed, so the control plane stops although another site is up. Spread them over three sites, none with {count}.",
    { count, members, site, left: members - count, quorum },
  );
}
