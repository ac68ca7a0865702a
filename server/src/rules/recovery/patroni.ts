import { type Field, field, integerOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";

/** Patroni's timings in seconds, in its own words. */
export type Timing = "ttl" | "loop_wait" | "retry_timeout";

/** What Patroni takes where nothing is said. */
export const DEFAULTS: Readonly<Record<Timing, number>> = { ttl: 30, loop_wait: 10, retry_timeout: 10 };

const CRUNCHY: Readonly<Record<Timing, string>> = {
  ttl: "spec.patroni.leaderLeaseDurationSeconds",
  loop_wait: "spec.patroni.syncPeriodSeconds",
  retry_timeout: "spec.patroni.dynamicConfiguration.retry_timeout",
};

/** Where each operator that runs Patroni lets its timings be set. */
const PATHS: Readonly<Record<string, Readonly<Record<Timing, string>>>> = {
  "acid.zalan.do/postgresql": {
    ttl: "spec.patroni.ttl",
    loop_wait: "spec.patroni.loop_wait",
    retry_timeout: "spec.patroni.retry_timeout",
  },
  "postgres-operator.crunchydata.com/PostgresCluster": CRUNCHY,
  // Percona's operator for PostgreSQL is built on Crunchy's.
  "pgv2.percona.com/PerconaPGCluster": CRUNCHY,
};

/** The kinds that run Patroni, for `appliesTo`. */
export const patroniKinds: readonly string[] = Object.keys(PATHS).map((type) => type.replace("/", "/*/"));

/** The path of a timing in a resource of these kinds. */
export function timingPath(resource: Resource, timing: Timing): string {
  return PATHS[resource.type]?.[timing] ?? "";
}

/** A timing as written; Zalando's operator takes 0 for nothing said. */
export function timingOf(resource: Resource, timing: Timing): Field<number> {
  const read = field(resource.get(timingPath(resource, timing)), integerOf);
  return read.state === "known" && read.value === 0 ? { state: "absent" } : read;
}
