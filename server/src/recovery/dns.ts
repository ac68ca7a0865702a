import { t } from "../model/message.ts";
import { type Field, field } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { recordTtlOf } from "../traffic/duration.ts";
import { type DnsRecords, dnsName, dnsRecordsOf } from "../workspace/dns-records.ts";
import { nearest } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { ASSUMED } from "./assumed.ts";
import { between, type Estimate, exactly, isWorse, UNKNOWN } from "./estimate.ts";
import { known } from "./fields.ts";
import type { Strategy } from "./plan-failover.ts";
import { countOf, fieldTerm, leaf, named, sum, type Term, unknown } from "./term.ts";
import type { World } from "./world.ts";

/** A time to live that a manifest gives to a record. */
interface RecordTtl {
  readonly resource: Resource;
  readonly seconds: Field<number>;
  /** What counts when nothing is written; undefined: the provider's. */
  readonly fallback: number | undefined;
}

/** `dnsTtlSeconds` of a Gslb (k8gb api/v1beta1/gslb_types.go). */
const GSLB_TTL = 30;

/** What the manifests say about a record's time to live: external-dns' DNSEndpoints and annotations, Gslbs of k8gb. */
function recordTtls({ plan, snapshot }: World, record: string): readonly RecordTtl[] {
  const name = dnsName(record);
  const found = snapshot.find("dnsName", name).flatMap((resource) =>
    dnsRecordsOf(resource)
      .filter(({ names }) => names.includes(name))
      .flatMap((records) => ttlOf(snapshot, resource, records)),
  );
  return nearest(snapshot, plan.resource, found, ({ resource }) => resource);
}

function ttlOf(
  { layout }: Snapshot,
  resource: Resource,
  { ttl, path, by }: DnsRecords,
): readonly RecordTtl[] {
  const isPatched = layout.isPatched(resource, path);
  // An annotation that nobody writes leaves the time to the provider, as the plan states it.
  if (by === "annotation" && ttl === undefined && !isPatched) return [];
  const isOpen = isPatched || layout.completenessOf(resource) !== "complete";
  const seconds: Field<number> = isOpen
    ? { state: "unknown", node: ttl ?? resource.root }
    : field(ttl, recordTtlOf);
  return [{ resource, seconds, fallback: by === "gslb" ? GSLB_TTL : undefined }];
}

/**
 * A switch by DNS: health checks until the record changes, the controller that writes it, resolvers that keep answers
 * too long, and the time to live. At best the first check sees it, and nobody has an answer in store.
 */
export function dnsTerm(world: World, strategy: Strategy): Term {
  const around = { resource: world.plan.resource, node: strategy.node };
  return sum("step", named("DNS"), [
    healthTerm(world, strategy),
    fieldTerm(
      "controller",
      t("DNS controller"),
      strategy.controllerInterval,
      around,
      {
        kind: "default",
        estimate: between(0, 60),
        reason: t("external-dns looks every minute when nobody says otherwise (--interval 1m)."),
      },
      upTo,
    ),
    fieldTerm(
      "slack",
      t("resolvers"),
      strategy.resolverSlack,
      around,
      {
        kind: "assumed",
        estimate: between(0, ASSUMED.resolverSlack),
        reason: t(
          "Resolvers are taken to keep answers up to 30 s longer than they may; state `resolverSlack` of the strategy if you know better.",
        ),
      },
      upTo,
    ),
    ttlTerm(world, strategy),
  ]);
}

function healthTerm({ plan: { resource } }: World, { node, healthCheck }: Strategy): Term {
  const name = t("DNS health check");
  if (healthCheck === undefined)
    return leaf("health", name, exactly(0), {
      kind: "assumed",
      reason: t(
        "The DNS strategy has no `healthCheck`: the record is taken to be switched by the decision itself, without another check.",
      ),
    });
  const threshold = countOf(healthCheck.failureThreshold, 3);
  const around = { resource, node };
  return threshold === undefined
    ? leaf("health", name, UNKNOWN, {
        kind: "unknown",
        reason: t("The failure threshold of the health check cannot be read."),
        at: resource.locate(healthCheck.node),
      })
    : fieldTerm(
        "health",
        name,
        healthCheck.interval,
        around,
        unknown(t("The health check of the DNS strategy states no interval.")),
        (seconds) => between(seconds * Math.max(0, threshold - 1), seconds * threshold),
      );
}

/** What manifests and the plan say about the TTL; where they disagree the longest counts, as some resolver has it. */
function ttlTerm(world: World, strategy: Strategy): Term {
  const record = known(strategy.record);
  const name = named("TTL");
  const written = record === undefined ? [] : recordTtls(world, record);
  const terms = written.flatMap(({ resource, seconds, fallback }): Term[] => {
    if (seconds.state === "absent" && fallback === undefined) return [];
    const around = { resource, node: resource.root };
    const reason = t("k8gb gives a record 30 s when nobody says otherwise (dnsTtlSeconds).");
    const estimate = upTo(fallback ?? 0);
    return [fieldTerm("ttl", name, seconds, around, { kind: "default", estimate, reason }, upTo)];
  });
  const own = fieldTerm(
    "ttl",
    name,
    strategy.ttl,
    { resource: world.plan.resource, node: strategy.node },
    unknown(
      t(
        "Neither the DNS strategy nor a manifest (DNSEndpoint, Gslb, an annotation of external-dns) states the TTL of the record.",
      ),
    ),
    upTo,
  );
  const [first = own, ...others] = strategy.ttl.state === "absent" ? terms : [...terms, own];
  return others.reduce((slowest, term) => (isWorse(term.estimate, slowest.estimate) ? term : slowest), first);
}

function upTo(seconds: number): Estimate {
  return between(0, seconds);
}
