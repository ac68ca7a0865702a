import { type Message, t } from "../model/message.ts";
import type { Group } from "./group.ts";
import { CLAIM, STATEFUL_SET } from "./types.ts";

/** What the user should know before a renamed group is applied to a cluster; undefined when nothing is special. */
export function riskOf(
  group: Group,
): { readonly text: Message; readonly needsConfirmation: boolean } | undefined {
  return selectorRisk(group) ?? identityRisk(group);
}

/** `spec.selector` of everything in apps/v1 is immutable (kubernetes pkg/apis/apps/validation/validation.go). */
function selectorRisk({ uses }: Group): ReturnType<typeof riskOf> {
  const own = uses.find(
    ({ site, resource }) => site.to.sort === "label" && site.to.pods === "own" && resource.group === "apps",
  );
  if (own === undefined) return undefined;
  const { kind, name = "" } = own.resource;
  return {
    text: t(
      "The spec.selector of {kind} {name} is immutable: the API server refuses the change as long as it exists. It has to be deleted and made anew, which stops its pods unless others serve meanwhile.",
      { kind, name },
    ),
    needsConfirmation: true,
  };
}

/** The name is the identity: a renamed object is another one. */
function identityRisk({ definitions }: Group): ReturnType<typeof riskOf> {
  const named = definitions.filter(({ sort }) => sort === "resource");
  const [first] = named;
  if (first === undefined) return undefined;
  const kind = first.type.slice(first.type.indexOf("/") + 1);
  const name = first.text ?? "";
  if (named.some(({ type }) => type === STATEFUL_SET || type === CLAIM)) {
    return {
      text: t(
        "To a cluster a renamed {kind} is a new one: its volumes begin empty, and {name} stays until it is deleted. Move the data first.",
        { kind, name },
      ),
      needsConfirmation: true,
    };
  }
  return {
    text: t("To a cluster a renamed {kind} is a new one: {name} stays there until it is deleted.", {
      kind,
      name,
    }),
    needsConfirmation: false,
  };
}
