import { replaceText, replaceValue } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { itemsOf, type Node, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../recovery/fields.ts";
import { plansOf } from "../../recovery/plan-scope.ts";
import { formatSeconds, recordTtlOf } from "../../traffic/duration.ts";
import { type DnsRecords, dnsName, dnsRecordsOf } from "../../workspace/dns-records.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { isReplaced } from "./written.ts";

/** A time to live that is written for a record. */
interface RecordTtl {
  readonly node: Node;
  readonly seconds: number;
  /** What makes the record fail over, as written; undefined when nothing there does. */
  readonly because: string | undefined;
  /** The names it answers for. */
  readonly names: readonly string[];
}

/** A time to live that is to be lowered. */
interface TooLong {
  readonly node: Node;
  readonly budget: number;
}

/** Annotations of external-dns that tie a record to a health check. */
const BY_ANNOTATION = [
  "external-dns.alpha.kubernetes.io/aws-failover",
  "external-dns.alpha.kubernetes.io/aws-health-check-id",
  "external-dns.kubernetes.io/aws-failover",
  "external-dns.kubernetes.io/aws-health-check-id",
];

/** The same as properties of an endpoint of a DNSEndpoint. */
const BY_PROPERTY = new Set(["aws/failover", "aws/health-check-id"]);

export default defineRule<TooLong, { readonly budgetSeconds: number }>({
  id: "dns-ttl-too-long",
  title: "Time to live of a DNS record that delays the failover",
  severity: "warning",
  appliesTo: [
    "k8gb.absa.oss/*/Gslb",
    "k8gb.io/*/Gslb",
    "externaldns.k8s.io/*/DNSEndpoint",
    "v1/Service",
    "networking.k8s.io/*/Ingress",
    "gateway.networking.k8s.io/*/Gateway",
    "gateway.networking.k8s.io/*/HTTPRoute",
    "gateway.networking.k8s.io/*/GRPCRoute",
    "networking.istio.io/*/Gateway",
    "networking.istio.io/*/VirtualService",
  ],
  options: {
    budgetSeconds: {
      default: 60,
      minimum: 1,
      description: "Longest time to live, in seconds, of a DNS record that takes part in a failover.",
    },
  },
  docs: {
    why: "When a site fails, DNS answers with another one within seconds, but clients and resolvers keep the old answer for as long as its time to live says. A TTL of 300 s is up to 5 minutes of outage for everybody who asked just before, whatever the rest of the failover takes.",
    how: "Set the TTL to what the recovery objective leaves for DNS: 30 to 60 s is usual. Only records that fail over are judged: every Gslb of k8gb, an Ingress with its annotations, and records of external-dns with a failover policy or a health check (an alias record of Route 53 has a TTL of its own, and the one that is written does not count). A TTL of other records is a matter of load, unless a recovery plan switches them. The budget is the `ttl` of the plan's DNS strategy, else the rule's option `budgetSeconds`.",
    sources: [
      "https://www.rfc-editor.org/rfc/rfc1035#section-3.2.1",
      "https://kubernetes-sigs.github.io/external-dns/latest/docs/advanced/ttl/",
      "https://www.k8gb.io/docs/strategy.html",
      "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html",
    ],
  },
  check(resource, context) {
    if (isReplaced(context.snapshot, resource, "spec")) return;
    if (isReplaced(context.snapshot, resource, "metadata.annotations")) return;
    for (const { node, seconds, because, names } of ttlsOf(resource)) {
      const planned = plannedFor(context.snapshot, names);
      const budget = planned?.ttl ?? context.options.budgetSeconds;
      if (seconds <= budget || (planned === undefined && because === undefined)) continue;
      const values = { seconds: formatSeconds(seconds), budget: formatSeconds(budget) };
      context.report(
        resource.locate(node),
        planned === undefined
          ? t(
              "This record fails over ({because}), but clients may keep the old answer for {seconds}, where {budget} are allowed: up to that long they go on to the site that is gone. Set the TTL to {budget} or less.",
              { ...values, because: because ?? "" },
            )
          : t(
              "The recovery plan {plan} switches this record and counts with {budget}, but clients may keep the old answer for {seconds}: up to that long they go on to the site that is gone. Set the TTL to {budget} or less.",
              { ...values, plan: planned.plan },
            ),
        { node, budget },
      );
    }
  },
  fixes: [
    {
      id: "lower-ttl",
      title: ({ budget }) => t("Set the TTL to {budget}", { budget: formatSeconds(budget) }),
      // Resolvers ask that much more often.
      preferred: false,
      edits: ({ node, budget }, { document }) => {
        const isText = node.kind === "scalar" && node.quoted;
        return [isText ? replaceText(document, node, String(budget)) : replaceValue(document, node, budget)];
      },
    },
  ],
});

function ttlsOf(resource: Resource): readonly RecordTtl[] {
  const written = dnsRecordsOf(resource).flatMap((records) => {
    const seconds = recordTtlOf(records.ttl);
    return records.ttl === undefined || seconds === undefined
      ? []
      : [{ node: records.ttl, seconds, because: reasonOf(resource, records), names: records.names }];
  });
  return [...written, ...ofBalancedIngress(resource)];
}

/** What makes the records fail over, as written. */
function reasonOf(resource: Resource, { by, node }: DnsRecords): string | undefined {
  if (by === "gslb") {
    const type = stringOf(resource.get("spec.strategy.type"));
    return type === undefined ? "k8gb" : `k8gb: ${type}`;
  }
  if (by === "annotation")
    return BY_ANNOTATION.find((name) => resource.get(["metadata", "annotations", name]) !== undefined);
  const properties = itemsOf(nodeAt(node, "providerSpecific")).flatMap(
    (one) => stringOf(nodeAt(one, "name")) ?? [],
  );
  return properties.find((name) => BY_PROPERTY.has(name));
}

/** An Ingress of which k8gb makes a Gslb. */
function ofBalancedIngress(resource: Resource): readonly RecordTtl[] {
  const strategy = resource.kind === "Ingress" ? resource.annotation("k8gb.io/strategy") : undefined;
  const node = resource.get(["metadata", "annotations", "k8gb.io/dns-ttl-seconds"]);
  const seconds = recordTtlOf(node);
  if (strategy === undefined || node === undefined || seconds === undefined) return [];
  const names = dnsRecordsOf(resource).flatMap((records) => records.names);
  return [{ node, seconds, because: `k8gb: ${strategy}`, names }];
}

/** The shortest time that a plan which switches one of the names counts with; undefined when none does. */
function plannedFor(
  snapshot: Snapshot,
  names: readonly string[],
): { readonly plan: string; readonly ttl: number | undefined } | undefined {
  const wanted = new Set(names);
  if (wanted.size === 0) return undefined;
  const found = plansOf(snapshot).flatMap(({ resource, strategies }) =>
    strategies.items.flatMap((strategy) => {
      const record = known(strategy.record);
      if (known(strategy.type) !== "DNS" || record === undefined || !wanted.has(dnsName(record))) return [];
      const seconds = known(strategy.ttl);
      return [
        {
          plan: resource.name ?? "",
          ttl: seconds !== undefined && seconds >= 1 ? Math.floor(seconds) : undefined,
        },
      ];
    }),
  );
  return found.sort((a, b) => (a.ttl ?? Number.MAX_VALUE) - (b.ttl ?? Number.MAX_VALUE))[0];
}
