import type { Operation } from "rfc6902";
import type { ObjectRef } from "./cluster.ts";

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

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
