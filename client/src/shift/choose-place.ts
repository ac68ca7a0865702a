import { l10n, type QuickPickItem } from "vscode";
import {
  type ClusterContext,
  type ClusterContexts,
  type ClusterNamespaces,
  type ConnectClusterParams,
  METHODS,
  type ShiftKind,
  type ShiftTarget,
} from "../../../server/src/server/protocol.ts";
import { contextItem, namespacesToChoose } from "./choose-cluster.ts";
import type { Choosing } from "./choosing.ts";

/** A context that suits for a reason. */
export interface Suggestion {
  readonly context: string;
  readonly why: string;
}

/** Which context of the kubeconfig an object stands in; those that are suggested first, then the connected one. */
export async function chooseMemberContext(
  { ask, client, connected }: Choosing,
  placeHolder: string,
  suggested: readonly Suggestion[] = [],
): Promise<ClusterContext> {
  const { contexts, current } = await ask.read(() =>
    client.sendRequest<ClusterContexts>(METHODS.clusterContexts),
  );
  const rank = ({ name }: ClusterContext) => {
    const at = suggested.findIndex(({ context }) => context === name);
    return at >= 0 ? at : suggested.length + (name === connected.context ? 0 : 1);
  };
  const items = contexts
    .toSorted((a, b) => rank(a) - rank(b))
    .map((context) => {
      const item = contextItem(context, current);
      const why = suggested.find((one) => one.context === context.name)?.why;
      const marks = [why, item.description].filter((part) => part !== undefined && part !== "");
      return { ...item, description: marks.join(" · ") };
    });
  return (await ask.pick(placeHolder, items)).context;
}

/** Which namespace of a context is meant; where the cluster does not list them, its name is typed. */
export async function chooseMemberNamespace(
  { ask, client, connected }: Choosing,
  context: ClusterContext,
): Promise<string> {
  const first = context.name === connected.context ? connected.namespace : context.namespace;
  const { namespaces, problem } = await ask.read(() =>
    client.sendRequest<ClusterNamespaces>(METHODS.clusterNamespaces, { context: context.name }),
  );
  if (namespaces.length === 0)
    return await ask.text({
      value: first,
      prompt: [l10n.t("The namespace to work in."), problem ?? ""].join(" ").trim(),
      problem: (text) => (text === "" ? l10n.t("A name is needed.") : undefined),
    });
  const items = namespacesToChoose(namespaces, first).map((label): QuickPickItem => ({ label }));
  return (await ask.pick(l10n.t("Which namespace of {0} is meant?", context.name), items)).label;
}

/** What a place has of some kinds. */
export async function targetsIn(
  { ask, client }: Choosing,
  place: ConnectClusterParams,
  kinds: readonly ShiftKind[],
): Promise<readonly ShiftTarget[]> {
  const all = await ask.read(() => client.sendRequest<ShiftTarget[]>(METHODS.shiftTargetsIn, place));
  return all.filter(({ kind }) => kinds.includes(kind));
}
