import { type Message, t } from "../../../model/message.ts";
import type { Rivals } from "../reading/claims.ts";
import type { Owner } from "../reading/owners.ts";
import type { Read } from "../reading/read.ts";
import type { Acceptable, Check } from "./check.ts";

/** Whether the person may write the object. */
export function permissionCheck(allowed: Read<boolean>, kind: string, namespace: string): Check {
  const base = { id: "permission", effect: "wait", evidence: [] } as const;
  if (!allowed.known) return { ...base, effect: "note", level: "unknown", message: allowed.why };
  return allowed.value
    ? {
        ...base,
        level: "pass",
        message: t("You may patch {kind} objects in {namespace}.", { kind, namespace }),
      }
    : {
        ...base,
        level: "block",
        message: t(
          "You may not patch {kind} objects in {namespace}. Copy the patch for somebody who may, or ask for the permission.",
          { kind, namespace },
        ),
      };
}

/** Whether somebody else would undo the write. `accepted` are the kinds that the person takes on. */
export function ownerChecks(
  marks: readonly Owner[],
  rollouts: Read<readonly Owner[]>,
  accepted: readonly string[],
): readonly Check[] {
  const controllers = rollouts.known ? rollouts.value : [];
  const checks = [...marks, ...controllers].map((owner) => ownerCheck(owner, accepted));
  if (!rollouts.known)
    return [
      ...checks,
      { id: "controller", effect: "note", level: "unknown", message: rollouts.why, evidence: [] },
    ];
  if (checks.length > 0) return checks;
  return [
    {
      id: "gitops",
      effect: "note",
      level: "pass",
      message: t("Nothing marks the object as applied by somebody else."),
      evidence: [],
    },
  ];
}

function ownerCheck(owner: Owner, accepted: readonly string[]): Check {
  const accept = acceptable(owner);
  const base = {
    id: accept === undefined ? "controller" : "gitops",
    effect: "wait",
    evidence: [t("{owner}, by the mark {mark}", { owner: owner.name, mark: owner.mark })],
  } as const;
  if (owner.isHint || (accept !== undefined && accepted.includes(accept)))
    return { ...base, level: "warn", message: owner.reverts };
  return { ...base, level: "block", message: owner.reverts, ...(accept !== undefined && { accept }) };
}

/** A controller would write at once, over and over: nobody can take that on. */
function acceptable({ kind }: Owner): Acceptable | undefined {
  return kind === "gitops" || kind === "helm" ? kind : undefined;
}

/** Others that claim the same hosts, or those that a delegate has its hosts from. */
export function rivalCheck(rivals: Read<Rivals>): Check {
  const base = {
    id: "rivals",
    effect: "note",
    evidence: rivals.known ? surroundings(rivals.value) : [],
  } as const;
  if (!rivals.known) return { ...base, level: "unknown", message: rivals.why };
  if (rivals.value.isUnreached)
    return {
      ...base,
      level: "warn",
      message: t(
        "It has no hosts, and no VirtualService delegates to it: no request comes this way, so the weights change nothing. Shift the one that has the hosts.",
      ),
    };
  return rivals.value.others.length === 0
    ? {
        ...base,
        level: "pass",
        message: t("No other VirtualService claims one of its hosts at one of its gateways."),
      }
    : {
        ...base,
        level: "warn",
        message: t(
          "{names} claim the same hosts at the same gateways. Istio merges them in an undefined order, so the weights may not count for all requests. Merge them into one.",
          {
            names: rivals.value.others.join(", "),
          },
        ),
      };
}

/** Who else decides which requests come here, without being a rival. */
function surroundings({ roots, narrower }: Rivals): Check["evidence"] {
  return [
    ...(roots.length === 0
      ? []
      : [
          t("Its hosts and gateways are those of {names}, which delegate to it.", {
            names: roots.join(", "),
          }),
        ]),
    ...(narrower.length === 0
      ? []
      : [
          t(
            "{names} have hosts within its wildcards: requests to those go by them, whatever the weights here.",
            {
              names: narrower.join(", "),
            },
          ),
        ]),
  ];
}

/** What the server says to the exact patch: it fits, a webhook changed more, or why it is refused. */
export type DryRun = "fits" | "changed" | { readonly refused: Message };

export function dryRunCheck(result: Read<DryRun>): Check {
  const base = { id: "dry-run", effect: "wait", evidence: [] } as const;
  if (!result.known) return { ...base, effect: "note", level: "unknown", message: result.why };
  if (typeof result.value === "object") return { ...base, level: "block", message: result.value.refused };
  return result.value === "fits"
    ? {
        ...base,
        level: "pass",
        message: t(
          "The API server accepts the exact patch (dry run), and nothing but what is meant changes.",
        ),
      }
    : {
        ...base,
        level: "block",
        message: t(
          "In a dry run something changed the object besides the patch: an admission webhook. Look at the difference before you go on.",
        ),
      };
}
