import { taskForm } from "./ansible.ts";
import type { SourceDocument } from "./document.ts";
import type { Node } from "./node.ts";
import { rancherForm } from "./rancher.ts";
import type { Resource } from "./resource.ts";

/**
 * A way of writing resources without `apiVersion` and `kind`: tasks of a playbook, a program's own configuration. Each
 * gives them a type of its own, by which rules, indexes and schemas know them like any other resource.
 */
export interface UntypedForm {
  /** The kinds it gives. A document is read only when some rule or index wants one of them. */
  readonly kinds: readonly string[];
  /** Whether a text may be of this form, far cheaper than a parse. */
  mayBe(text: string, uri: string): boolean;
  /** The resources in a document that states no kind. */
  resourcesIn(document: SourceDocument, root: Node): readonly Resource[];
}

const FORMS: readonly UntypedForm[] = [taskForm, rancherForm];

/** Whether a text without a kind may hold a resource of one of `kinds` all the same. */
export function mayHoldUntyped(text: string, uri: string, kinds: ReadonlySet<string>): boolean {
  return FORMS.some((form) => form.kinds.some((kind) => kinds.has(kind)) && form.mayBe(text, uri));
}

/** The resources of a document that states no kind: those of the first form that finds some. */
export function untypedResourcesIn(document: SourceDocument, root: Node): readonly Resource[] {
  for (const form of FORMS) {
    if (!form.mayBe(document.text, document.uri)) continue;
    const found = form.resourcesIn(document, root);
    if (found.length > 0) return found;
  }
  return [];
}
