import { INDEXES } from "../cel.ts";
import type { AdmissionPolicy, Complaint } from "../policy.ts";
import { DESTINATION_RULES, VIRTUAL_SERVICES } from "../targets.ts";

// Untyped, because each expression is checked against the schemas of both kinds.
const spec = "dyn(object).spec";

const weight = (d: string) => `int(${d}.?weight.orValue(0))`;
const sumOf = (route: string) => `${route}.map(d, ${weight("d")}).sum()`;
const subset = (d: string) => `string(${d}.?destination.?subset.orValue(""))`;

/** What a destination may be called, from the shortest on, by its position: `labelsOf` in traffic/shares.ts. */
const host = (i: string) =>
  `string(variables.route[${i}].?destination.?host.orValue("#" + string(${i} + 1)))`;
const hostAndSubset = (i: string) =>
  `${host(i)} + (has(variables.route[${i}].destination.subset) ? "/" + ${subset(`variables.route[${i}]`)} : "")`;
const hostAndPort = (i: string) =>
  `${host(i)} + (has(variables.route[${i}].destination.port) && has(variables.route[${i}].destination.port.number) ? ":" + string(variables.route[${i}].destination.port.number) : "")`;
const isUnique = (names: string) => `${names}.all(a, ${names}.exists_one(b, a == b))`;

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
  positions: `${INDEXES}.filter(i, i < size(variables.route))`,
  negatives: `variables.positions.filter(i, ${weight("variables.route[i]")} < 0)`,
  isShared: `size(variables.route) > 0 && variables.route.all(d, ${weight("d")} >= 0)`,
  subsets: `variables.route.map(d, ${subset("d")})`,
  hosts: `variables.positions.map(i, ${host("i")})`,
  both: `variables.positions.map(i, ${hostAndSubset("i")})`,
  addresses: `variables.positions.map(i, ${hostAndPort("i")})`,
  names: [
    `!("" in variables.subsets) && ${isUnique("variables.subsets")} ? variables.subsets`,
    `${isUnique("variables.hosts")} ? variables.hosts`,
    `${isUnique("variables.both")} ? variables.both`,
    `${isUnique("variables.addresses")} ? variables.addresses`,
    `variables.positions.map(i, variables.addresses[i] + " #" + string(i + 1))`,
  ].join(" : "),
  shares: `variables.sum == 0 ? [] : variables.route.map(d, {"weight": ${weight("d")}, "tenths": (2000 * ${weight("d")} + variables.sum) / (2 * variables.sum)}).map(t, ${share})`,
} as const;

/** More than anybody reads in one message (`shorten` in traffic/shares.ts). */
const SHOWN = 8;
const others = `variables.positions.filter(i, i > 0 && i <= ${SHOWN}).map(i, variables.names[i] + " " + variables.shares[i]).join(", ") + (size(variables.route) > ${SHOWN + 1} ? ", … (+" + string(size(variables.route) - ${SHOWN + 1}) + ")" : "")`;

const ofSplits: readonly Complaint[] = [
  {
    when: "size(variables.route) > 0 && !variables.isShared",
    message:
      "The weight of {name} is {weight}: Istio rejects a negative weight, so the route stays as it was before.",
    values: {
      name: "variables.names[variables.negatives[0]]",
      weight: "string(variables.route[variables.negatives[0]].weight)",
    },
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
      name: "variables.names[0]",
      share: "variables.shares[0]",
      others,
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
