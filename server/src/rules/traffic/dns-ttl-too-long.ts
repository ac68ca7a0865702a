import { t } from "../../model/message.ts";
import { itemsOf, type Node, nodeAt, stringOf } from "../../model/node.ts";
import type { Location, Resource } from "../../model/resource.ts";
import { formatSeconds, secondsOf } from "../../traffic/duration.ts";
import { defineRule } from "../rule.ts";
import { isReplaced } from "./written.ts";

/** A time to live that is written for a record which moves when a site is ill. */
interface FailoverTtl {
  readonly at: Location;
  readonly seconds: number;
  /** What makes the record fail over, as written. */
  readonly because: string;
}

/** Annotations of external-dns that tie a record to a health check. */
const BY_ANNOTATION = [
  "external-dns.alpha.kubernetes.io/aws-failover",
  "external-dns.alpha.kubernetes.io/aws-health-check-id",
];

/** The same as properties of an endpoint of a DNSEndpoint. */
const BY_PROPERTY = new Set(["aws/failover", "aws/health-check-id"]);

export default defineRule<void, { readonly budgetSeconds: number }>({
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
    how: "Set the TTL to what the recovery objective leaves for DNS: 30 to 60 s is usual. Only records that fail over are judged: every Gslb of k8gb, an Ingress with its annotations, and records of external-dns with a failover policy or a health check (an alias record of Route 53 has a TTL of its own, and the one that is written does not count). A TTL of other records is a matter of load. The budget is the rule's option `budgetSeconds`.",
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
    const budget = context.options.budgetSeconds;
    for (const { at, seconds, because } of ttlsOf(resource)) {
      if (seconds <= budget) continue;
      context.report(
        at,
        t(
          "This record fails over ({because}), but clients may keep the old answer for {seconds}, where {budget} are allowed: up to that long they go on to the site that is gone. Set the TTL to {budget} or less.",
          { because, seconds: formatSeconds(seconds), budget: formatSeconds(budget) },
        ),
      );
    }
  },
});

function ttlsOf(resource: Resource): readonly FailoverTtl[] {
  if (resource.kind === "Gslb") {
    const type = stringOf(resource.get("spec.strategy.type"));
    return ttl(
      resource,
      resource.get("spec.strategy.dnsTtlSeconds"),
      type === undefined ? "k8gb" : `k8gb: ${type}`,
    );
  }
  if (resource.kind === "DNSEndpoint") {
    return itemsOf(resource.get("spec.endpoints")).flatMap((endpoint) => {
      const names = itemsOf(nodeAt(endpoint, "providerSpecific")).flatMap(
        (one) => stringOf(nodeAt(one, "name")) ?? [],
      );
      const because = names.find((name) => BY_PROPERTY.has(name));
      return because === undefined ? [] : ttl(resource, nodeAt(endpoint, "recordTTL"), because);
    });
  }
  return ttlsOfAnnotations(resource);
}

function ttlsOfAnnotations(resource: Resource): readonly FailoverTtl[] {
  const annotation = (name: string) => resource.get(["metadata", "annotations", name]);
  const strategy = stringOf(annotation("k8gb.io/strategy"));
  const because = BY_ANNOTATION.find((name) => annotation(name) !== undefined);
  return [
    ...(resource.kind === "Ingress" && strategy !== undefined
      ? ttl(resource, annotation("k8gb.io/dns-ttl-seconds"), `k8gb: ${strategy}`)
      : []),
    ...(because === undefined
      ? []
      : ttl(resource, annotation("external-dns.alpha.kubernetes.io/ttl"), because)),
  ];
}

/** Whole seconds, or a duration such as `5m` (external-dns source/source.go, getTTLFromAnnotations). */
function ttl(resource: Resource, node: Node | undefined, because: string): readonly FailoverTtl[] {
  const text = stringOf(node);
  if (node === undefined || text === undefined) return [];
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : secondsOf(node);
  return seconds === undefined ? [] : [{ at: resource.locate(node), seconds, because }];
}
