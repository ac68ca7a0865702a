/** `error`: certain or already broken. `warning`: an outage risk. `info`: an improvement. */
export type Severity = "error" | "warning" | "info";

/** Which rules run: `minimal` errors only, `recommended` errors and warnings, `strict` everything. */
export type Profile = "minimal" | "recommended" | "strict";

/** Severities from the most to the least severe. */
export const severities: readonly Severity[] = ["error", "warning", "info"];
export const profiles: readonly Profile[] = ["minimal", "recommended", "strict"];

/** Whether `a` is as severe as `b` or more. */
export function atLeast(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) <= severities.indexOf(b);
}

/** The smallest profile that a rule of this severity is part of. */
export function profileOf(severity: Severity): Profile {
  return severity === "error" ? "minimal" : severity === "warning" ? "recommended" : "strict";
}

/** Whether a profile takes in the rules of another, smaller one. */
export function includes(profile: Profile, other: Profile): boolean {
  return profiles.indexOf(other) <= profiles.indexOf(profile);
}
