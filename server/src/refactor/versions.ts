import type { DocumentEdit } from "../fixes/edit.ts";
import { appendItems } from "../fixes/list-edit.ts";
import { setPath } from "../fixes/yaml-edit.ts";
import { type Message, t } from "../model/message.ts";
import { itemsOf, nodeAt, stringMapOf, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { istioHost, namespacesOf } from "../traffic/istio-host.ts";
import { podLabelsBehind, VERSION_KEYS } from "../traffic/subset-labels.ts";
import type { Destination } from "../traffic/weighted-route.ts";
import { createHostRule, hostRuleFor } from "./host-rule.ts";
import type { World } from "./refactoring.ts";
import { isWritable } from "./writable.ts";

/** The two versions of a host that a route is to tell apart, by their subsets. */
export interface Versions {
  readonly present: string;
  readonly next: string;
  /** What the DestinationRule needs for that; empty where it has both subsets. */
  readonly edits: readonly DocumentEdit[];
  /** What to ask before it is made: nothing where the DestinationRule stays as it is. */
  readonly question: Message | undefined;
}

/** What to ask where nobody knows what the pods are labelled with. */
const GUESSED_LABELS = t(
  "No pods of this host are in the workspace: check that the labels of the subsets are theirs before you apply it, or requests get 503.",
);

const SEVERAL_DOCUMENTS = t("Review this change: it touches more than one document.");

/** How subsets are called that have no name yet. */
export interface Roles {
  readonly present: string;
  readonly next: string;
}

interface Subset {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * The versions behind a destination. The present one is the subset that it names; the next one is a further subset
 * of the DestinationRule, else the newest other version among the pods of the host. Undefined where the pods have no
 * label that tells two versions apart: part of the requests would get 503 then.
 */
export function versionsOf(
  service: Resource,
  destination: Destination,
  roles: Roles,
  world: World,
): Versions | undefined {
  const { host, subset } = destination;
  if (host.state !== "known" || subset.state === "unknown") return undefined;
  const found = hostRuleFor(service, host.value, world);
  if (found.state === "unclear") return undefined;
  const rule = found.state === "there" ? found.rule : undefined;
  const known = rule === undefined ? [] : subsetsOf(rule);
  if (known === undefined) return undefined;
  const asked = subset.state === "known" ? subset.value : undefined;
  const own = asked === undefined ? undefined : known.find(({ name }) => name === asked);
  // What the route asks for now must be there, or the rule is kept elsewhere.
  if (asked !== undefined && own === undefined) return undefined;
  const { snapshot } = world;
  const pods = podLabelsBehind(snapshot, istioHost(host.value, namespacesOf(snapshot, service)));
  const pair = pairOf(known, own, pods, roles);
  if (pair === undefined) return undefined;
  const missing = [pair.present, pair.next].filter((one) => !known.some(({ name }) => name === one.name));
  const subsets = missing.map(({ name, labels }) => ({ name, labels: Object.fromEntries(labels) }));
  const edits =
    subsets.length === 0
      ? []
      : rule === undefined
        ? createHostRule(service, host.value, { subsets }, world)
        : isWritable(rule, "spec.subsets", world)
          ? addSubsets(rule, subsets)
          : undefined;
  if (edits === undefined) return undefined;
  return {
    present: pair.present.name,
    next: pair.next.name,
    edits,
    question: missing.length === 0 ? undefined : pods.length === 0 ? GUESSED_LABELS : SEVERAL_DOCUMENTS,
  };
}

function subsetsOf(rule: Resource): readonly Subset[] | undefined {
  const subsets = itemsOf(rule.get("spec.subsets")).map((node): Subset | undefined => {
    const name = stringOf(nodeAt(node, "name"));
    const labels = stringMapOf(nodeAt(node, "labels"));
    return name === undefined || labels === undefined ? undefined : { name, labels };
  });
  return subsets.every((subset) => subset !== undefined) ? subsets : undefined;
}

interface Pair {
  readonly present: Subset;
  readonly next: Subset;
}

function pairOf(
  known: readonly Subset[],
  own: Subset | undefined,
  pods: readonly ReadonlyMap<string, string>[],
  roles: Roles,
): Pair | undefined {
  const others = byAge(
    known.filter((subset) => subset !== own),
    ({ name }) => name,
  );
  const newest = others.at(-1);
  if (own !== undefined && newest !== undefined) return { present: own, next: newest };
  const [first, second, ...more] = others;
  if (own === undefined && first !== undefined && second !== undefined)
    return more.length === 0 ? { present: first, next: second } : undefined;
  const present = own ?? first;
  if (present !== undefined) return withNext(present, pods, roles);
  return withBoth(pods, roles);
}

/** One subset is there: the other one is for the newest version of the pods that it does not take. */
function withNext(
  present: Subset,
  pods: readonly ReadonlyMap<string, string>[],
  roles: Roles,
): Pair | undefined {
  const key = VERSION_KEYS.find((one) => present.labels.has(one));
  const value = key === undefined ? undefined : present.labels.get(key);
  if (key === undefined || value === undefined) return undefined;
  const next =
    pods.length === 0
      ? value.replace(/\d+/, (digits) => String(Number(digits) + 1))
      : byAge(
          valuesOf(pods, key).filter((one) => one !== value),
          (one) => one,
        ).at(-1);
  if (next === undefined || next === value) return undefined;
  const name = present.name === value && isName(next) ? next : roles.next;
  if (name === present.name) return undefined;
  return { present, next: { name, labels: new Map([...present.labels, [key, next]]) } };
}

/** No subset is there: every pod must carry the label that tells exactly two versions apart. */
function withBoth(pods: readonly ReadonlyMap<string, string>[], roles: Roles): Pair | undefined {
  const key =
    pods.length === 0 ? "version" : VERSION_KEYS.find((one) => pods.every((labels) => labels.has(one)));
  if (key === undefined) return undefined;
  const values = pods.length === 0 ? ["v1", "v2"] : byAge(valuesOf(pods, key), (one) => one);
  const [older, newer, ...more] = values;
  if (older === undefined || newer === undefined || more.length > 0) return undefined;
  return {
    present: { name: roles.present, labels: new Map([[key, older]]) },
    next: { name: roles.next, labels: new Map([[key, newer]]) },
  };
}

function valuesOf(pods: readonly ReadonlyMap<string, string>[], key: string): string[] {
  return [...new Set(pods.flatMap((labels) => labels.get(key) ?? []))];
}

/** Names of what comes next, as people call it. */
const NEXT = /canary|green|next|new|beta|preview|experiment/i;

/** The oldest first: `v9` before `v10`, `stable` before `canary`. */
function byAge<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const rank = (one: T) => (NEXT.test(nameOf(one)) ? 1 : 0);
  return [...all].sort((a, b) => rank(a) - rank(b) || compare(nameOf(a), nameOf(b)));
}

function compare(a: string, b: string): number {
  const pad = (text: string) => text.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
  return pad(a) < pad(b) ? -1 : 1;
}

/** Istio accepts DNS labels only (istio pkg/config/validation, validateSubset). */
function isName(text: string): boolean {
  return /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

function addSubsets(
  rule: Resource,
  subsets: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[],
): readonly DocumentEdit[] {
  const list = rule.get("spec.subsets");
  if (list?.kind === "seq" && list.items.length > 0) return [appendItems(rule.document, list, subsets)];
  return setPath(rule, ["spec", "subsets"], subsets);
}
