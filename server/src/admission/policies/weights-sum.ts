import type { AdmissionPolicy, Complaint } from "../policy.ts";
import { DESTINATION_RULES, VIRTUAL_SERVICES } from "../targets.ts";

// Untyped, because each expression is checked against the schemas of both kinds.
const spec = "dyn(object).spec";

const weight = (d: string) => `int(${d}.?weight.orValue(0))`;
const sumOf = (route: string) => `${route}.map(d, ${weight("d")}).sum()`;
const host = (d: string) => `string(${d}.?destination.?host.orValue(""))`;
const subset = (d: string) => `string(${d}.?destination.?subset.orValue(""))`;
const isUnique = (name: (d: string) => string) =>
  `variables.route.all(d, variables.route.exists_one(e, ${name("e")} == ${name("d")}))`;

/** As short as keeps them apart, as `labelsOf` in traffic/shares.ts. */
const label = (d: string) =>
  `(variables.bySubset ? ${subset(d)} : variables.byHost ? ${host(d)} : ${host(d)} + (has(${d}.destination.subset) ? "/" + ${subset(d)} : ""))`;

/** Rounded to 0.1 %, never 0 or 100 where it is not quite, as `formatShare` in traffic/shares.ts. */
const share = `(t.tenths == 0 && t.weight > 0 ? "< 0.1 %" : t.tenths == 1000 && t.weight < variables.sum ? "> 99.9 %" : string(t.tenths / 10) + (t.tenths % 10 == 0 ? "" : "." + string(t.tenths % 10)) + " %")`;

const split = {
  routes: ["http", "tls", "tcp"]
    .map((list) => `${spec}.?${list}.orValue([]).map(r, dyn(r.?route.orValue([])))`)
    .join(" + "),
  // The first of which something is wrong.
  wrong: `variables.routes.filter(r, r.exists(d, ${weight("d")} < 0) || (size(r) > 1 && ${sumOf("r")} != 100))`,
  route: "size(variables.wrong) > 0 ? variables.wrong[0] : []",
  sum: sumOf("variables.route"),
  negative: `variables.route.filter(d, ${weight("d")} < 0)`,
  isShared: "size(variables.route) > 0 && size(variables.negative) == 0",
  bySubset: `variables.route.all(d, has(d.destination.subset)) && ${isUnique(subset)}`,
  byHost: isUnique(host),
  // Name and share with a tab between them.
  parts: `variables.sum == 0 ? [] : variables.route.map(d, {"name": dyn(${label("d")}), "weight": dyn(${weight("d")}), "tenths": dyn((2000 * ${weight("d")} + variables.sum) / (2 * variables.sum))}).map(t, t.name + "\\t" + ${share})`,
} as const;

const ofSplits: readonly Complaint[] = [
  {
    when: "size(variables.negative) > 0",
    message:
      "The weight of {name} is {weight}: Istio rejects a negative weight, so the route stays as it was before.",
    values: { name: label("variables.negative[0]"), weight: "string(variables.negative[0].weight)" },
  },
  {
    when: "variables.isShared && variables.sum == 0 && variables.route.exists(d, has(d.weight))",
    message:
      "The weights of all {count} destinations add up to 0: Istio rejects the route, so it stays as it was before.",
    values: { count: "string(size(variables.route))" },
  },
  {
    when: "variables.isShared && variables.sum == 0 && !variables.route.exists(d, has(d.weight))",
    message:
      "None of the {count} destinations has a weight, and an absent weight counts as 0: Istio rejects the route, so it stays as it was before.",
    values: { count: "string(size(variables.route))" },
  },
  {
    when: "variables.isShared && variables.sum != 0",
    message: "Weights add up to {sum}; {name} gets {share}, {others}. Make them add up to 100.",
    values: {
      sum: "string(variables.sum)",
      name: `variables.parts[0].split("\\t")[0]`,
      share: `variables.parts[0].split("\\t")[1]`,
      others: `variables.parts.join(", ").substring(size(variables.parts[0]) + 2).replace("\\t", " ")`,
    },
  },
];

const distribute = (policies: string) =>
  `${policies}.map(p, p.?loadBalancer.?localityLbSetting.?distribute.orValue([]).map(x, x.?to.orValue({})))`;
const subsets = `${spec}.?subsets.orValue([])`;
const isOutside = (to: string) => `${to}[k] < 1 || ${to}[k] > 100`;
const isWrong = (to: string) =>
  `size(${to}) > 0 && (${to}.exists(k, ${isOutside(to)}) || ${to}.map(k, int(${to}[k])).sum() != 100)`;
const wrongIn = (policy: string) => `${policy}.filter(to, ${isWrong("to")})`;
const wrongAmong = (policies: string) => `${policies}.filter(p, size(${wrongIn("p")}) > 0)`;

const localities = {
  // By holder, policy and entry, because lists of lists cannot be joined to one list.
  distributions: `[${distribute(`[${spec}.?trafficPolicy.orValue({})]`)}, ${distribute(`${spec}.?trafficPolicy.?portLevelSettings.orValue([])`)}] + ${subsets}.map(s, ${distribute("[s.?trafficPolicy.orValue({})]")}) + ${subsets}.map(s, ${distribute("s.?trafficPolicy.?portLevelSettings.orValue([])")})`,
  holders: `variables.distributions.filter(h, size(${wrongAmong("h")}) > 0)`,
  // The first that is wrong.
  to: `size(variables.holders) == 0 ? {} : ${wrongIn(`${wrongAmong("variables.holders[0]")}[0]`)}[0]`,
  outside: `variables.to.filter(k, ${isOutside("variables.to")})`,
} as const;

const ofLocalities: readonly Complaint[] = [
  {
    when: "size(variables.outside) > 0",
    message: "The weight of {name} is {weight}: Istio rejects a locality weight outside 1 to 100.",
    values: { name: "variables.outside[0]", weight: "string(variables.to[variables.outside[0]])" },
  },
  {
    when: "size(variables.to) > 0 && size(variables.outside) == 0",
    message:
      "Locality weights add up to {sum}: Istio rejects a distribution that does not add up to 100, so the whole DestinationRule stays as it was before.",
    values: { sum: "string(variables.to.map(k, int(variables.to[k])).sum())" },
  },
];

export default {
  ruleId: "weights-sum",
  targets: [VIRTUAL_SERVICES, DESTINATION_RULES],
  body: () => ({ variables: { ...split, ...localities }, complaints: [...ofSplits, ...ofLocalities] }),
} satisfies AdmissionPolicy;
