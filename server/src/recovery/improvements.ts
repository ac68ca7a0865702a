import { type Message, t } from "../model/message.ts";
import type { Node } from "../model/node.ts";
import type { Location } from "../model/resource.ts";
import { isAutomatic } from "./detection.ts";
import { formatDuration } from "./durations.ts";
import { between, type Estimate, exactly, verdictOf } from "./estimate.ts";
import { type FailoverModel, type FailoverTime, timeOf } from "./failover-time.ts";
import { leaf, leavesOf, replaceLeaves, type Term } from "./term.ts";

/** What would have to be written. */
export type Change =
  /** Another value: the text to write at a place. */
  | { readonly kind: "value"; readonly at: Location; readonly text: string }
  /** A step that waits for nothing any more. */
  | { readonly kind: "parallel"; readonly step: Node }
  /** Nobody has to decide any more. */
  | { readonly kind: "automatic"; readonly decision: Node };

/** A change of the configuration that makes the recovery shorter, and by how much. */
export interface Improvement {
  /** A few words with the numbers. */
  readonly title: Message;
  readonly change: Change;
  /** Seconds of the worst case. */
  readonly saves: number;
  /** The time after the change. */
  readonly total: Estimate;
  /** Whether the promise is kept after this change alone. */
  readonly suffices: boolean;
}

interface Candidate {
  /** What it costs to make the change: the lower the cheaper. */
  readonly cost: number;
  readonly title: (saved: string) => Message;
  readonly change: Change;
  readonly model: FailoverModel;
}

/** A usual TTL of records that are switched. */
const SHORT_TTL = 30;

/** Changes that shorten a failover, the cheapest first: each is computed by evaluating the changed failover. */
export function improvementsOf(time: FailoverTime, promised: number): readonly Improvement[] {
  const { model } = time;
  return [...ttlCandidates(model), ...parallelCandidates(time), ...decisionCandidates(model)]
    .map((candidate) => ({ candidate, total: timeOf(candidate.model).total }))
    .filter(({ total }) => total.worst < time.total.worst)
    .map(({ candidate: { title, change, cost }, total }) => {
      const saves = time.total.worst - total.worst;
      const suffices = verdictOf(total, promised) === "met";
      return { cost, improvement: { title: title(formatDuration(saves)), change, saves, total, suffices } };
    })
    .sort((a, b) => a.cost - b.cost || b.improvement.saves - a.improvement.saves)
    .map(({ improvement }) => improvement);
}

/** Each place that states a long TTL, in whatever steps it counts. */
function ttlCandidates(model: FailoverModel): readonly Candidate[] {
  const leaves = leavesOf(model.steps.map(({ term }) => term)).filter(
    ({ id, estimate, origin }) => id === "ttl" && origin.kind === "declared" && estimate.worst > SHORT_TTL,
  );
  const places = new Map(leaves.map((ttl) => [placeKey(ttl), ttl]));
  return [...places].flatMap(([key, { estimate, origin }]) => {
    if (origin.kind !== "declared") return [];
    const shorten = (term: Term) =>
      term.id === "ttl" && placeKey(term) === key
        ? leaf(term.id, term.name, between(0, SHORT_TTL), term.origin)
        : term;
    const { document, range } = origin.at;
    const written = document.text.slice(range.start, range.end);
    const short = /[a-z]/.test(written) ? `${SHORT_TTL}s` : String(SHORT_TTL);
    const seconds = formatSeconds(estimate.worst);
    return [
      {
        cost: 0,
        title: (saved: string) =>
          t("TTL {from} -> {to} saves {saved}", { from: seconds, to: formatSeconds(SHORT_TTL), saved }),
        change: {
          kind: "value" as const,
          at: origin.at,
          // An annotation must stay a text.
          text: /^(["']).*\1$/.test(written) ? written[0] + short + written[0] : short,
        },
        model: withSteps(model, (step) => ({ ...step, term: replaceLeaves(step.term, shorten) })),
      },
    ];
  });
}

/** A time to live is a number of seconds to those who write it. */
function formatSeconds(seconds: number): string {
  return `${seconds}s`;
}

function placeKey({ origin }: Term): string {
  if (origin.kind !== "declared") return "";
  const { document, range } = origin.at;
  return `${document.uri} ${document.start + range.start}`;
}

/** Making more replicas waits for nothing: it may start with the decision. */
function parallelCandidates({ model, graph }: FailoverTime): readonly Candidate[] {
  return graph.path.flatMap((index) => {
    const step = model.steps[index];
    if (step === undefined || step.after.length === 0 || step.step.targetReplicas.state === "absent")
      return [];
    const before = step.after.map(({ value }) => value).join(", ");
    return [
      {
        cost: 1,
        title: (saved: string) =>
          t("“{step}” beside “{before}” saves {saved}", { step: step.name, before, saved }),
        change: { kind: "parallel" as const, step: step.step.node },
        model: withSteps(model, (each) => (each === step ? { ...each, after: [] } : each)),
      },
    ];
  });
}

function decisionCandidates(model: FailoverModel): readonly Candidate[] {
  const { decision } = model.failover;
  if (decision === undefined || isAutomatic(decision)) return [];
  const none = leaf("decision", model.decision.name, exactly(0), model.decision.origin);
  return [
    {
      cost: 2,
      title: (saved) => t("an automatic decision saves {saved}", { saved }),
      change: { kind: "automatic", decision: decision.node },
      model: { ...model, decision: none },
    },
  ];
}

function withSteps(
  model: FailoverModel,
  change: (step: FailoverModel["steps"][number]) => FailoverModel["steps"][number],
): FailoverModel {
  return { ...model, steps: model.steps.map(change) };
}
