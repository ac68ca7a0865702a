import type { OptionSpec } from "../rule.ts";

/** The option of rules that look DestinationRules up. */
export interface RootNamespace {
  readonly rootNamespace: string;
}

/** `meshConfig.rootNamespace`: DestinationRules in it count for the whole mesh. */
export const ROOT_NAMESPACE: { readonly rootNamespace: OptionSpec<string> } = {
  rootNamespace: {
    default: "istio-system",
    description: "Root namespace of the mesh, whose DestinationRules count everywhere.",
  },
};
