import { l10n, type QuickPickItem, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  type ClusterContext,
  type ClusterContexts,
  type ClusterNamespaces,
  type ConnectClusterParams,
  METHODS,
} from "../../../server/src/server/protocol.ts";

export interface ContextItem extends QuickPickItem {
  readonly context: ClusterContext;
}

/** Lets the user choose a context of the kubeconfig, that of last time first. */
export async function chooseContext(
  client: LanguageClient,
  last: ConnectClusterParams | undefined,
): Promise<ClusterContext | undefined> {
  const { contexts, current, problems } = await client.sendRequest<ClusterContexts>(METHODS.clusterContexts);
  for (const problem of problems) void window.showWarningMessage(problem);
  const rank = ({ name }: ClusterContext) => (name === last?.context ? 0 : name === current ? 1 : 2);
  const items = contexts
    .toSorted((a, b) => rank(a) - rank(b))
    .map((context) => contextItem(context, current));
  const placeHolder = l10n.t("Choose the cluster's context");
  return (await window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.context;
}

/** A context among others. */
export function contextItem(context: ClusterContext, current: string | undefined): ContextItem {
  const marks = [
    ...(context.name === current ? [l10n.t("current")] : []),
    ...(context.production ? [l10n.t("production")] : []),
  ];
  return {
    context,
    label: `${context.production ? "$(warning) " : ""}${context.name}`,
    description: marks.join(", "),
    detail: [context.server, context.user].filter((part) => part !== undefined).join(" · "),
  };
}

/** The namespaces in the order in which they are offered. */
export function namespacesToChoose(namespaces: readonly string[], first: string): readonly string[] {
  return [first, ...namespaces.filter((name) => name !== first)].filter((name) => namespaces.includes(name));
}

/** Lets the user choose a namespace; where the cluster does not list them, its name is typed. */
export async function chooseNamespace(
  client: LanguageClient,
  context: ClusterContext,
  last: ConnectClusterParams | undefined,
): Promise<string | undefined> {
  const { namespaces, problem } = await client.sendRequest<ClusterNamespaces>(METHODS.clusterNamespaces, {
    context: context.name,
  });
  const first = last?.context === context.name ? last.namespace : context.namespace;
  if (namespaces.length === 0) {
    return await window.showInputBox({
      value: first,
      prompt: [l10n.t("The namespace to work in."), problem ?? ""].join(" ").trim(),
    });
  }
  const items = namespacesToChoose(namespaces, first);
  return await window.showQuickPick(items, { placeHolder: l10n.t("Choose the namespace") });
}
