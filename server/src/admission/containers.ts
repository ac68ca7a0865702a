/**
 * The containers of any workload, as variables. Untyped, because the kinds keep them in different places and each
 * expression is checked against the schema of every kind.
 */
export const CONTAINERS = {
  pod: `dyn(object).kind == "Pod" ? dyn(object).spec : dyn(object).spec.?template.?spec.orValue({})`,
  containers: `variables.pod.?initContainers.orValue([]).filter(c, c.?restartPolicy.orValue("") == "Always") + variables.pod.?containers.orValue([])`,
} as const;

/** A number of a probe after defaulting; an explicit 0 has the default too (pkg/apis/core/v1/defaults.go). */
function defaulted(probe: string, key: string, fallback: number): string {
  return `(${probe}.?${key}.orValue(0) == 0 ? ${fallback} : ${probe}.${key})`;
}

/** The numbers of a probe after defaulting, as expressions. */
export function timingOf(probe: string): { period: string; timeout: string; failures: string } {
  return {
    period: defaulted(probe, "periodSeconds", 10),
    timeout: defaulted(probe, "timeoutSeconds", 1),
    failures: defaulted(probe, "failureThreshold", 3),
  };
}

/**
 * The probes of one name with their container and numbers, as a list of maps. Those with a number below 0, which the API
 * server refuses where it knows the schema, are left out.
 */
export function probesOf(name: string): string {
  const { period, timeout, failures } = timingOf(`c.${name}`);
  // A map's values have to be of one type.
  const entries = Object.entries({
    name: `"${name}"`,
    container: "c",
    probe: `c.${name}`,
    period,
    timeout,
    failures,
  }).map(([key, value]) => `"${key}": dyn(${value})`);
  return `variables.containers.filter(c, has(c.${name})).map(c, {${entries.join(", ")}}).filter(p, p.period > 0 && p.timeout > 0 && p.failures > 0)`;
}
