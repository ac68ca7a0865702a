import { type Message, t } from "../model/message.ts";
import type { Rule } from "../rules/rule.ts";

/** Why a rule is no admission policy. */
export type Reason = "others" | "elsewhere" | "converted" | "language" | "unwritten";

/** In the order in which they are told. */
export const reasons: readonly Reason[] = ["others", "elsewhere", "converted", "language", "unwritten"];

/** What neither a rule's types nor its need for the whole workspace tell. */
const KNOWN: Readonly<Record<string, Reason>> = {
  "api-version-removed": "converted",
  "istio-api-old": "converted",
  "dns-ttl-too-long": "others",
  "liveness-probe-missing": "others",
  "readiness-probe-missing": "others",
  "replicas-owned-by-autoscaler": "others",
  "standby-missing": "others",
  "backup-job-overlaps": "language",
  "cnpg-schedule-fields": "language",
  "cron-invalid": "language",
  "retries-amplify": "language",
  "route-unreachable": "language",
  "routes-overlap": "language",
  "velero-retention-gap": "language",
  "velero-schedule-invalid": "language",
};

/** Documents of Nines and files that configure hosts: none of them is ever an object of a cluster. */
const ELSEWHERE = /^(?:nines|ansible|rancher)\//;

/** Why a rule without a policy has none. */
export function reasonFor(rule: Rule): Reason {
  if (rule.types.every((type) => ELSEWHERE.test(type))) return "elsewhere";
  return KNOWN[rule.id] ?? (rule.needsWholeWorkspace ? "others" : "unwritten");
}

/** A reason as a sentence with the rules that it keeps back. */
export function sentenceOf(reason: Reason, ids: readonly string[]): Message {
  const rules = ids.join(", ");
  switch (reason) {
    case "others":
      return t("Judged together with other objects, and a policy sees only one: {rules}.", { rules });
    case "elsewhere":
      return t("About documents that are never sent to an API server: {rules}.", { rules });
    case "converted":
      return t(
        "About the version in which an object is written, which the API server converts before a policy sees it: {rules}.",
        { rules },
      );
    case "language":
      return t(
        "About schedules, durations or overlapping conditions, which the language of policies cannot compare: {rules}.",
        { rules },
      );
    case "unwritten":
      return t("Without a policy so far: {rules}.", { rules });
  }
}
