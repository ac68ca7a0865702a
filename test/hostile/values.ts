import fc from "fast-check";

/** Half of the time absent, as most fields are. */
export const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
export const few = <T>(value: fc.Arbitrary<T>, max = 3) => fc.array(value, { maxLength: max });
export const word = fc.constantFrom("web", "api", "etcd", "v1", "v2", "");
export const name = fc.constantFrom("web", "api", "db");
export const labels = fc.dictionary(fc.constantFrom("app", "version", "app.kubernetes.io/name"), word, {
  maxKeys: 2,
});
export const count = fc.oneof(fc.nat(5), fc.constantFrom<unknown>(-1, "1", null, 1e9, 3.5));
export const amount = fc.oneof(count, fc.constantFrom("0%", "25%", "50%", "100%", "1%", "200%"));
export const port = fc.oneof(fc.constantFrom<unknown>(80, 8080, 0, 70_000, "http", "htpp", "grpc", null));
export const selector = fc.record(
  {
    matchLabels: labels,
    matchExpressions: few(
      fc.record({
        key: fc.constantFrom("app", "version", ""),
        operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist", "Gt", null),
        values: maybe(few(word)),
      }),
    ),
  },
  { requiredKeys: [] },
);
export const metadata = fc.record(
  {
    name,
    namespace: fc.constantFrom("prod", "dev"),
    labels,
    annotations: fc.dictionary(
      fc.constantFrom(
        "nines/ignore",
        "kube-score/ignore",
        "ignore-check.kube-linter.io/minimum-three-replicas",
      ),
      fc.constantFrom("", "pdb-missing: why", "replicas-minimum", ";;:"),
      { maxKeys: 1 },
    ),
  },
  { requiredKeys: ["name"] },
);
