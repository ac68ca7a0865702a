import type { SourceDocument } from "../model/document.ts";
import { contains, type Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import { routeTypes } from "../traffic/weighted-route.ts";
import { quorumTypes } from "../workspace/quorum.ts";
import { budgetMeanings } from "./budgets.ts";
import { etcdMeanings } from "./etcd.ts";
import type { Meaning, Reader, World } from "./meaning.ts";
import { objectiveMeanings } from "./objectives.ts";
import { outlierMeanings } from "./outliers.ts";
import { probeMeanings } from "./probes.ts";
import { autoscalerMeanings, replicaMeanings } from "./replicas.ts";
import { rolloutMeanings } from "./rollouts.ts";
import { shareMeanings } from "./shares.ts";
import { spreadMeanings } from "./spread.ts";
import { terminationMeanings } from "./termination.ts";
import { tolerationMeanings } from "./tolerations.ts";
import { voterMeanings } from "./voters.ts";

/** Each tells one kind of thing and nothing about resources without it. Adding a kind is one entry and one file. */
const READERS: readonly Reader[] = [
  replicaMeanings,
  autoscalerMeanings,
  budgetMeanings,
  rolloutMeanings,
  probeMeanings,
  terminationMeanings,
  spreadMeanings,
  tolerationMeanings,
  shareMeanings,
  outlierMeanings,
  etcdMeanings,
  voterMeanings,
  objectiveMeanings,
];

/** Types (`group/Kind`) that have meanings and that no rule may read: their documents have to be parsed. */
export const meaningTypes: readonly string[] = [...routeTypes, ...quorumTypes, "policy/PodDisruptionBudget"];

/**
 * What the places of a resource mean, in their order. Nothing is said of patches and templates: what counts is
 * known only when they are built.
 */
export function meaningsOf(resource: Resource, world: World): readonly Meaning[] {
  if (world.snapshot.layout.completenessOf(resource) !== "complete") return [];
  return READERS.flatMap((read) => read(resource, world))
    .filter(({ range }) => contains(resource.root.range, range))
    .sort((a, b) => a.at - b.at || a.range.start - b.range.start);
}

/** What the places of a document mean that lie at least partly in a range of its text. */
export function meaningsIn(
  document: SourceDocument,
  { start, end }: Range,
  world: World,
): readonly Meaning[] {
  return document.resources
    .filter(({ root }) => root.range.start <= end && start <= root.range.end)
    .flatMap((resource) => meaningsOf(resource, world))
    .filter(({ range, at }) => Math.min(range.start, at) <= end && start <= Math.max(range.end, at));
}

/** What is meant at an offset of a document: all that is said about the innermost place there. */
export function meaningsAt(document: SourceDocument, offset: number, world: World): readonly Meaning[] {
  const found = meaningsIn(document, { start: offset, end: offset }, world).filter(
    ({ range }) => range.start <= offset && offset <= range.end,
  );
  const size = ({ range }: Meaning) => range.end - range.start;
  const smallest = Math.min(...found.map(size));
  return found.filter((meaning) => size(meaning) === smallest);
}
