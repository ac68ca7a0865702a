import type { AdmissionPolicy } from "../policy.ts";

const group = "gateway.networking.k8s.io";
const idle = "variables.idle[0]";
const effect = [
  `object.kind == "HTTPRoute" ? "100 % of its requests fail (HTTP 500 at most gateways)"`,
  `object.kind == "GRPCRoute" ? "100 % of its requests fail (UNAVAILABLE at most gateways)"`,
  `"100 % of its connections are refused or closed"`,
].join(" : ");

export default {
  ruleId: "httproute-no-traffic",
  targets: [
    { group, versions: ["v1", "v1beta1"], resources: ["httproutes"] },
    { group, versions: ["v1"], resources: ["grpcroutes"] },
    { group, versions: ["v1", "v1alpha3", "v1alpha2"], resources: ["tlsroutes"] },
    { group, versions: ["v1alpha2"], resources: ["tcproutes", "udproutes"] },
  ],
  body: () => ({
    variables: {
      idle: "object.spec.?rules.orValue([]).map(r, r.?backendRefs.orValue([])).filter(l, size(l) > 0 && l.all(b, b.?weight.orValue(1) == 0))",
    },
    complaints: [
      {
        when: `size(variables.idle) > 0 && size(${idle}) == 1`,
        message:
          "{name} is the only backend of this rule and has weight 0, so {effect}: in the Gateway API 0 means no traffic, even for a single backend. Remove the weight or set it above 0.",
        values: { name: `string(${idle}[0].name)`, effect },
      },
      {
        when: `size(variables.idle) > 0 && size(${idle}) > 1`,
        message:
          "All {count} backends of this rule have weight 0, so {effect}. Give the one that is to serve a weight above 0.",
        values: { count: `string(size(${idle}))`, effect },
      },
    ],
  }),
} satisfies AdmissionPolicy;
