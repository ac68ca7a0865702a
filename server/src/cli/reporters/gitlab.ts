import type { Severity } from "../../rules/severity.ts";
import { inEnglish } from "../output/language.ts";
import { uniqueFingerprints } from "./common.ts";
import type { Reporter } from "./reporter.ts";

/** GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/). */
export const gitlab: Reporter = {
  write({ findings }, { out }) {
    const fingerprints = uniqueFingerprints(findings);
    const issues = findings.map(({ ruleId, severity, message, place }, i) => ({
      type: "issue",
      description: inEnglish(message),
      check_name: ruleId,
      fingerprint: fingerprints[i],
      severity: SEVERITIES[severity],
      location: {
        path: place.file,
        lines: { begin: place.start.line + 1, end: place.end.line + 1 },
      },
    }));
    out(`${JSON.stringify(issues, null, 1)}\n`);
  },
};

const SEVERITIES: Readonly<Record<Severity, string>> = { error: "critical", warning: "major", info: "info" };
