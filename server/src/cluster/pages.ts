import { failure, type KubeObject, type ListQuery, type Outcome, success } from "../traffic/shift/cluster.ts";
import { recordOf, textAt } from "../traffic/shift/json.ts";
import type { ApiClient } from "./api-client.ts";
import { notUnderstood } from "./failures.ts";
import { arrayAt } from "./lists.ts";

/** Objects of one page. */
const PAGE = 500;
/** A list of more is not read to its end: 200,000 objects. */
const MAX_PAGES = 400;

/** Asks for the metadata alone; a server that cannot do that sends the whole objects. */
const METADATA_ONLY = {
  accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json",
};

/** Every object of a list, page by page: what `pick` leaves out is forgotten before the next page is read. */
export async function readPages<T>(
  client: ApiClient,
  path: string,
  { labelSelector, fieldSelector, metadataOnly }: Omit<ListQuery, "namespace">,
  pick: (object: KubeObject) => T | undefined,
  signal: AbortSignal,
): Promise<Outcome<readonly T[]>> {
  let picked: T[] = [];
  let next: string | undefined;
  let hasBegunAgain = false;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const query = { limit: String(PAGE), labelSelector, fieldSelector, continue: next };
    const headers = metadataOnly === true ? METADATA_ONLY : {};
    const answer = await client.answer({ method: "GET", path, query, headers }, signal);
    if (answer.ok && answer.value.status === 410 && !hasBegunAgain) {
      // The server has forgotten the state that the pages are of. Pages of two states are no list.
      hasBegunAgain = true;
      picked = [];
      next = undefined;
      continue;
    }
    const page = client.read(answer, "GET");
    if (!page.ok) return page;
    const objects = objectsOf(page.value);
    if (objects === undefined) return notUnderstood(client.server);
    for (const object of objects) {
      const value = pick(object);
      if (value !== undefined) picked.push(value);
    }
    next = textAt(page.value, "metadata", "continue") || undefined;
    if (next === undefined) return success(picked);
  }
  return failure(
    "unclear",
    `The list ${path} has more than ${PAGE * MAX_PAGES} objects and was not read to its end.`,
  );
}

/** The objects of a page; undefined where it is no list or holds something else. */
function objectsOf(page: object): readonly KubeObject[] | undefined {
  const items = arrayAt(page, "items");
  const kind = textAt(page, "kind");
  if (items === undefined || kind?.endsWith("List") !== true) return undefined;
  // Items leave out what the list says of all of them.
  const common = { apiVersion: textAt(page, "apiVersion"), kind: kind.slice(0, -"List".length) };
  const objects = items.flatMap((item) => asKubeObject({ ...common, ...recordOf(item) }) ?? []);
  return objects.length === items.length ? objects : undefined;
}

/** The value as an object of Kubernetes; undefined where it is none. */
export function asKubeObject(value: object): KubeObject | undefined {
  const isObject =
    textAt(value, "apiVersion") !== undefined &&
    textAt(value, "kind") !== undefined &&
    textAt(value, "metadata", "name") !== undefined;
  // What the interface promises of every object was looked at just now; all other fields are unknown to it.
  return isObject ? (value as KubeObject) : undefined;
}
