import { areDisjoint, type DocumentEdit } from "../../fixes/edit.ts";
import { insertEntry, replaceValue } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { contains } from "../../model/range.ts";
import { formatShare, labelsOf, scaleTo, sharesOf, shorten, weightsOf } from "../../traffic/shares.ts";
import type { LocalitySplit, SplitRoute } from "../../traffic/weighted-route.ts";
import type { Related } from "../finding.ts";
import { defineRouteRule } from "../route-rule.ts";
import type { Fix } from "../rule.ts";
import { entryRange, isConditional, isReplaced } from "./written.ts";

type Split = SplitRoute | LocalitySplit;

/** Authors write percent; Istio's locality weights must even add up to it. */
const WHOLE = 100;

export default defineRouteRule<"split" | "locality">({
  id: "weights-sum",
  title: "Weights do not add up to 100",
  severity: "error",
  kinds: ["split", "locality"],
  types: ["networking.istio.io/VirtualService", "networking.istio.io/DestinationRule"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "Weights are written as percent, but Istio shares in proportion: of 95 and 6, the first gets 94.1 %. So a slip of the pen moves traffic that nobody meant to move, and controllers and consoles that do insist on 100 refuse or misread the route. A sum of 0 and negative weights are rejected by Istio, and so is a `distribute` of a DestinationRule that does not add up to 100. Weights of the Gateway API are relative by design and may add up to anything.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
      "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting-Distribute",
      "https://github.com/istio/istio/blob/1.28.0/pkg/config/validation/validation.go",
      "https://github.com/istio/istio/issues/39544",
    ],
  },
  check(route, context) {
    const { resource } = route;
    const weights = weightsOf(route);
    const key = listKeyOf(route);
    if (weights === undefined || !isWhole(route) || isConditional(resource, route.node, key)) return;
    if (isReplaced(context.snapshot, resource, policyOf(route))) return;
    const outside = route.destinations.findIndex((_, i) => !isAllowed(route, weights[i] ?? 0));
    const wrong = route.destinations[outside]?.weight;
    if (wrong?.state === "known") {
      const values = { name: labelsOf(route)[outside] ?? "", weight: wrong.value };
      context.report(resource.locate(wrong.node), outOfRange(route, values), undefined);
      return;
    }
    const message = route.kind === "split" ? problemOf(route) : problemOfLocalities(weights);
    if (message === undefined) return;
    context.report(resource.at([...route.path, key]), message, undefined, {
      related: sharesBeside(route),
    });
  },
  fixes: [scale(), shareEqually(), ...[0, 1, 2, 3].map(giveDifferenceTo)],
});

function listKeyOf(route: Split): string {
  return route.kind === "split" ? route.listKey : "to";
}

/** Whether every item of the list could be read. */
function isWhole(route: Split): boolean {
  return route.kind === "locality" || route.list?.items.length === route.destinations.length;
}

/** The part of the resource that an overlay would replace as one. */
function policyOf(route: Split): string {
  return route.path.slice(0, 2).join(".");
}

/** Locality weights are 1 to 100, others not negative (istio pkg/config/validation). */
function isAllowed(route: Split, weight: number): boolean {
  return route.kind === "split" ? weight >= 0 : weight >= 1 && weight <= WHOLE;
}

function outOfRange(route: Split, values: { name: string; weight: number }): Message {
  return route.kind === "split"
    ? t(
        "The weight of {name} is {weight}: Istio rejects a negative weight, so the route stays as it was before.",
        values,
      )
    : t("The weight of {name} is {weight}: Istio rejects a locality weight outside 1 to 100.", values);
}

function problemOf(route: SplitRoute): Message | undefined {
  if (route.destinations.length < 2) return undefined;
  const shares = sharesOf(route);
  if (shares.state === "rejected") {
    const count = route.destinations.length;
    return route.destinations.some(({ weight }) => weight.state === "known")
      ? t(
          "The weights of all {count} destinations add up to 0: Istio rejects the route, so it stays as it was before.",
          {
            count,
          },
        )
      : t(
          "None of the {count} destinations has a weight, and an absent weight counts as 0: Istio rejects the route, so it stays as it was before.",
          { count },
        );
  }
  if (shares.state !== "shared" || shares.total === WHOLE) return undefined;
  const labels = labelsOf(route);
  const [first = "", ...others] = shares.parts.map(formatShare);
  return t("Weights add up to {sum}; {name} gets {share}, {others}. Make them add up to 100.", {
    sum: shares.total,
    name: labels[0] ?? "",
    share: first,
    others: shorten(others.map((share, i) => `${labels[i + 1] ?? ""} ${share}`)),
  });
}

function problemOfLocalities(weights: readonly number[]): Message | undefined {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === WHOLE || weights.length === 0) return undefined;
  return t(
    "Locality weights add up to {sum}: Istio rejects a distribution that does not add up to 100, so the whole DestinationRule stays as it was before.",
    { sum },
  );
}

/** What each destination gets, shown at its weight. */
function sharesBeside(route: Split): readonly Related[] {
  const shares = sharesOf(route);
  if (route.kind === "locality" || shares.state !== "shared") return [];
  const labels = labelsOf(route);
  return route.destinations.slice(0, 20).map(({ weight, node }, i) => ({
    location: route.resource.locate(weight.state === "known" ? weight.node : node),
    message: t("{name} gets {share}", { name: labels[i] ?? "", share: formatShare(shares.parts[i] ?? 0) }),
  }));
}

/** Small whole numbers in the same proportions; undefined where some destination would lose its part. */
function scaled(route: Split): readonly number[] | undefined {
  const weights = weightsOf(route);
  if (
    weights === undefined ||
    !weights.some((weight) => weight > 0) ||
    weights.some((weight) => weight < 0)
  ) {
    return undefined;
  }
  const result = scaleTo(weights, WHOLE);
  return result.every((weight, i) => weight > 0 || weights[i] === 0) ? result : undefined;
}

function scale(): Fix<Split, void> {
  return {
    id: "scale-to-100",
    title: (_, route) =>
      t("Scale to 100, keeping the proportions: {weights}", { weights: shorten(scaled(route) ?? [], " / ") }),
    // Every share moves by less than one percent. Localities were rejected, so there it changes what runs.
    preferred: (_, route) => route.kind === "split",
    edits: (_, route) => write(route, scaled(route)),
  };
}

function shareEqually(): Fix<Split, void> {
  const equal = (route: Split) =>
    scaleTo(
      route.destinations.map(() => 1),
      WHOLE,
    );
  return {
    id: "share-equally",
    title: (_, route) => t("Share equally: {weights}", { weights: shorten(equal(route), " / ") }),
    preferred: false,
    edits: (_, route) =>
      weightsOf(route)?.every((weight) => weight === 0) ? write(route, equal(route)) : undefined,
  };
}

/** Leaves the others as they are; only one of the destinations was mistyped. */
function giveDifferenceTo(index: number): Fix<Split, void> {
  const result = (route: Split) => {
    const weights = weightsOf(route) ?? [];
    const missing = WHOLE - weights.reduce((a, b) => a + b, 0);
    return weights.map((weight, i) => (i === index ? weight + missing : weight));
  };
  return {
    id: `difference-to-${index + 1}`,
    title: (_, route) =>
      t("Give the difference to {name}: {weights}", {
        name: labelsOf(route)[index] ?? "",
        weights: shorten(result(route), " / "),
      }),
    preferred: false,
    edits(_, route) {
      const weights = result(route);
      if (index >= weights.length || !weights.every((weight) => isAllowed(route, weight))) return undefined;
      return `${weights}` === `${scaled(route)}` ? undefined : write(route, weights);
    },
  };
}

/** The edits that give the destinations these weights; none where the list is an alias of one written elsewhere. */
function write(route: Split, weights: readonly number[] | undefined): readonly DocumentEdit[] | undefined {
  if (weights === undefined) return undefined;
  const { document } = route.resource;
  const edits = route.destinations.flatMap((destination, i) => {
    const { weight, node } = destination;
    const wanted = weights[i] ?? 0;
    if (weight.state === "known")
      return weight.value === wanted ? [] : [replaceValue(document, weight.node, wanted)];
    return wanted === 0 || node.kind !== "map" ? [] : [insertEntry(document, node, "weight", wanted)];
  });
  const whole = entryRange(route.node, listKeyOf(route));
  if (whole === undefined || !areDisjoint(edits)) return undefined;
  return edits.every(({ range }) => contains(whole, range)) ? edits : undefined;
}
