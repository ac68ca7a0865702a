import fc from "fast-check";
import { count, few, labels, maybe, metadata, name, port, word } from "./values.ts";

const host = fc.constantFrom("web", "web.prod", "web.prod.svc.cluster.local", "*.example.com", "*", "");
const text = fc.oneof(
  ...["exact", "prefix", "regex"].map((key) =>
    fc.record({ [key]: fc.constantFrom("/", "/a", "/a/b", ".*", "(a+)+$") }),
  ),
);
const match = fc.record(
  {
    uri: text,
    headers: fc.dictionary(fc.constantFrom("end-user", "cookie"), text, { maxKeys: 2 }),
    withoutHeaders: fc.dictionary(fc.constant("end-user"), text),
    queryParams: fc.dictionary(fc.constant("q"), text),
    method: text,
    port,
    gateways: few(fc.constantFrom("mesh", "gw")),
    sourceLabels: labels,
    ignoreUriCase: fc.boolean(),
  },
  { requiredKeys: [] },
);
const destination = fc.record({
  destination: fc.record({
    host,
    subset: maybe(fc.constantFrom("v1", "v2", "v3")),
    port: maybe(fc.record({ number: port })),
  }),
  weight: maybe(fc.oneof(count, fc.constantFrom(50, 90, 100, 101))),
});
const http = fc.record(
  {
    name: word,
    match: few(match),
    route: few(destination),
    fault: fc.record({ abort: fc.record({ httpStatus: count }) }),
    redirect: fc.record({ uri: word }),
  },
  { requiredKeys: [] },
);
/** Routes and rules of Istio and the Gateway API. */
export const routes = [
  fc.record({
    apiVersion: fc.constantFrom("networking.istio.io/v1", "networking.istio.io/v1alpha3"),
    kind: fc.constant("VirtualService"),
    metadata,
    spec: fc.record(
      {
        hosts: few(host),
        gateways: few(fc.constantFrom("mesh", "gw")),
        http: few(http, 4),
        tcp: few(http, 1),
        tls: few(http, 1),
      },
      { requiredKeys: ["hosts"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("networking.istio.io/v1"),
    kind: fc.constant("DestinationRule"),
    metadata,
    spec: fc.record(
      {
        host,
        subsets: few(fc.record({ name: fc.constantFrom("v1", "v2", ""), labels })),
        exportTo: few(fc.constantFrom(".", "*")),
      },
      { requiredKeys: ["host"] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant("gateway.networking.k8s.io/v1"),
    kind: fc.constantFrom("HTTPRoute", "GRPCRoute", "TCPRoute"),
    metadata,
    spec: fc.record({
      hostnames: few(host),
      rules: few(
        fc.record(
          {
            matches: few(
              fc.record({
                path: fc.record({
                  type: fc.constantFrom("PathPrefix", "Exact"),
                  value: fc.constantFrom("/", "/a"),
                }),
              }),
            ),
            backendRefs: few(fc.record({ name, port, weight: maybe(count) })),
          },
          { requiredKeys: [] },
        ),
      ),
    }),
  }),
];
