import type { Severity } from "../rules/severity.ts";

/** A check of the tool itself rather than a rule about manifests: always on, explained like a rule. */
export interface BuiltInCheck {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
}

export const YAML_SYNTAX = "yaml-syntax";
export const CONFIG_INVALID = "config-invalid";
export const SUPPRESSION_UNUSED = "suppression-unused";
export const SUPPRESSION_INVALID = "suppression-invalid";

export const APPLY_ORDER = "apply-order";

/** The built-in checks, in the order of their ids. */
export const builtInChecks: readonly BuiltInCheck[] = [
  {
    id: APPLY_ORDER,
    title: "The parts of a change must be applied in an order",
    severity: "info",
    why: "Each part of a change may be right and the time between two of them an outage: a route that arrives before the subset it names answers 503, and so does one that outlives it; a budget that outlives the replicas it counted blocks every drain. `nines check --since` and `--staged` look for such parts. Apply them one after the other, as two commits or as waves of your GitOps controller, and wait in between.",
  },
  {
    id: CONFIG_INVALID,
    title: "The configuration file says something Nines does not understand",
    severity: "error",
    why: "A misspelt rule or key in `.nines.yaml` would silently leave things unchecked, or checked otherwise than you think.",
  },
  {
    id: SUPPRESSION_INVALID,
    title: "A suppression names no rule or gives no reason",
    severity: "warning",
    why: "A suppression that names a rule which does not exist has no effect; one without a reason cannot be reviewed. Write `# nines-ignore <rule-id>: <reason>`.",
  },
  {
    id: SUPPRESSION_UNUSED,
    title: "A suppression that nothing needs any more",
    severity: "info",
    why: "It would hide the same problem if it came back. Remove it.",
  },
  {
    id: YAML_SYNTAX,
    title: "The document is not valid YAML or JSON",
    severity: "error",
    why: "Kubernetes refuses the document, and tools disagree about what it means. The other documents of the file are checked all the same.",
  },
];
