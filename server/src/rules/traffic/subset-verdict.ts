import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { allSubsets, type RuleLookup } from "../../traffic/destination-rules.ts";
import { formatHost } from "../../traffic/istio-host.ts";
import { formatShare, shorten } from "../../traffic/shares.ts";
import type { Severity } from "../severity.ts";

/** A subset that is not there, and what depends on it. */
export interface Asked {
  readonly subset: string;
  /** Part of the route's requests; undefined when unknown. */
  readonly share: number | undefined;
  readonly isMirror: boolean;
}

/** What follows from it, and how bad that is: certain where a rule for the host is there, else a risk. */
export function verdictOf(
  lookup: RuleLookup,
  asked: Asked,
): { readonly message: Message; readonly severity: Severity } {
  const [rule] = lookup.serving;
  const [passed] = lookup.passedOver;
  const { subset, share, isMirror } = asked;
  const host = formatHost(lookup.host);
  if (rule !== undefined) {
    const values = { subset, host, rule: nameOf(rule), subsets: shorten(allSubsets(lookup.serving)) };
    if (isMirror) {
      const message = t(
        "The DestinationRule {rule} of {host} has no subset {subset}: the mirrored requests are lost.",
        values,
      );
      return { message, severity: "warning" };
    }
    return { message: lacking(values, share), severity: share === 0 ? "warning" : "error" };
  }
  if (passed !== undefined) {
    const values = { subset, host, rule: nameOf(passed.rule), namespaces: lookup.lookedIn.join(", ") };
    const message =
      passed.because === "export"
        ? t(
            "DestinationRule {rule} for {host} does not export itself to this namespace (exportTo), so subset {subset} is unknown here and its requests get 503.",
            values,
          )
        : t(
            "DestinationRule {rule} for {host} is in a namespace where Istio does not look for it here ({namespaces}), so subset {subset} is unknown and its requests get 503.",
            values,
          );
    return { message, severity: share === 0 ? "warning" : "error" };
  }
  return { message: nowhere(lookup, subset, host), severity: "warning" };
}

interface Lacking extends Readonly<Record<string, string>> {
  readonly subsets: string;
}

function lacking(values: Lacking, share: number | undefined): Message {
  if (values.subsets === "") {
    return t(
      "DestinationRule {rule} of {host} has no subsets at all, so subset {subset} is unknown: every request sent to it gets 503.",
      values,
    );
  }
  if (share === undefined) {
    return t(
      "{host} has no subset {subset}, only {subsets} (DestinationRule {rule}): every request sent to it gets 503.",
      values,
    );
  }
  if (share === 0) {
    return t(
      "{host} has no subset {subset}, only {subsets} (DestinationRule {rule}): with weight 0 nothing fails yet, but every request will get 503 as soon as the weight is raised.",
      values,
    );
  }
  return t(
    "{host} has no subset {subset}, only {subsets} (DestinationRule {rule}): {share} of the requests of this route get 503.",
    { ...values, share: formatShare(share) },
  );
}

function nowhere(lookup: RuleLookup, subset: string, host: string): Message {
  const values = { subset, host, namespaces: lookup.lookedIn.join(", ") };
  if (lookup.host.kind === "name" && /^[^.]+\.[^.]+$/.test(host)) {
    return t(
      "No DestinationRule in this workspace gives {host} a subset {subset}, so its requests get 503. A host with a dot is taken as a full name: a Service of another namespace is written name.namespace.svc.cluster.local.",
      values,
    );
  }
  return lookup.lookedIn.length < 2
    ? t(
        "No DestinationRule in this workspace gives {host} a subset {subset}: unless one is kept elsewhere, its requests get 503.",
        values,
      )
    : t(
        "No DestinationRule in this workspace gives {host} a subset {subset} (looked in the namespaces {namespaces} and in files that name none): unless one is kept elsewhere, its requests get 503.",
        values,
      );
}

function nameOf(rule: Resource): string {
  return rule.namespace === undefined ? (rule.name ?? "") : `${rule.namespace}/${rule.name ?? ""}`;
}
