import type { Operation } from "rfc6902";
import type { ObjectRef } from "./cluster.ts";
import { HIDDEN_TOKEN, type ObjectName } from "./goals/database.ts";
import { KINDS } from "./kinds.ts";

/** The patch as a command that a person can run in a POSIX shell. */
export function kubectlPatch(
  context: string,
  { type, namespace, name }: ObjectRef,
  operations: readonly Operation[],
  subresource?: "status",
): string {
  const words = [
    "kubectl",
    `--context=${context}`,
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    "patch",
    type.group === "" ? type.plural : `${type.plural}.${type.group}`,
    name,
    ...(subresource === undefined ? [] : [`--subresource=${subresource}`]),
    "--type=json",
    `--patch=${JSON.stringify(operations)}`,
  ];
  return words.map(quote).join(" ");
}

/**
 * The same for the promotion of a database: the shell reads the token that the preview does not show, and goes no
 * further without one, since without a token writes of the former primary may be lost.
 */
export function kubectlPromotion(
  context: string,
  ref: ObjectRef,
  operations: readonly Operation[],
  from: ObjectName,
): string {
  const read = [
    "kubectl",
    `--context=${from.context}`,
    `--namespace=${from.namespace}`,
    "get",
    `${KINDS.database.plural}.${KINDS.database.group}`,
    from.name,
    "--output=jsonpath={.status.demotionToken}",
  ];
  // It stands inside of single quotes, which end for the variable; a token is Base64 and needs no escape in JSON.
  const patch = kubectlPatch(context, ref, operations).replace(
    `"value":"${HIDDEN_TOKEN}"`,
    `"value":"'"$token"'"`,
  );
  return `token="$(${read.map(quote).join(" ")})" && test -n "$token" && ${patch}`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
