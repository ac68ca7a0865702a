import { rulePageUri } from "../rules/pages.ts";
import type { Rule } from "../rules/rule.ts";
import type { Severity } from "../rules/severity.ts";
import { isIgnored, quoted, sentence } from "./cel.ts";
import type { AdmissionPolicy, Body, Complaint, Target } from "./policy.ts";

/** What happens to an object with something wrong: it is refused, the client is warned, or only the audit log knows. */
export type Action = "Deny" | "Warn" | "Audit";
export const actions: readonly Action[] = ["Deny", "Warn", "Audit"];

/** What a severity comes to at admission. */
const ACTION_OF: Readonly<Record<Severity, Action>> = { error: "Deny", warning: "Warn", info: "Audit" };

/** A warning that nobody reads is at least found in the audit log; `Deny` and `Warn` exclude each other. */
const VALIDATION_ACTIONS: Readonly<Record<Action, readonly string[]>> = {
  Deny: ["Deny"],
  Warn: ["Warn", "Audit"],
  Audit: ["Audit"],
};

/** The label that exempts a namespace from every policy. */
export const EXEMPT = "nines/exempt";

const API = "admissionregistration.k8s.io/v1";

/** How a rule is to be exported. */
export interface Wish {
  readonly rule: Rule;
  readonly policy: AdmissionPolicy;
  readonly severity: Severity;
  readonly options: Readonly<Record<string, unknown>>;
  /** Instead of what the severity comes to. */
  readonly action: Action | undefined;
}

/** A Kubernetes object as plain data. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The policy of a rule and the binding that puts it into force, for `version` of Nines. */
export function manifestsOf(wish: Wish, version: string): readonly Manifest[] {
  const { rule, policy, severity, action } = wish;
  const name = `nines-${rule.id}`;
  const labels = {
    "app.kubernetes.io/name": "nines",
    "app.kubernetes.io/version": version,
    "nines/rule": rule.id,
  };
  const body = policy.body(optionsOf(wish));
  return [
    {
      apiVersion: API,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name, labels, annotations: { "nines/docs": rulePageUri(rule.id) } },
      spec: {
        // What cannot be evaluated is unknown, and nothing unknown is refused.
        failurePolicy: "Ignore",
        matchConstraints: { matchPolicy: "Equivalent", resourceRules: policy.targets.map(resourceRule) },
        matchConditions: matchConditions(policy),
        variables: variables(rule, body),
        validations: body.complaints.map((complaint) => validation(rule, complaint)),
      },
    },
    {
      apiVersion: API,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name, labels },
      spec: {
        policyName: name,
        validationActions: VALIDATION_ACTIONS[action ?? ACTION_OF[severity]],
        matchResources: {
          namespaceSelector: {
            matchExpressions: [{ key: EXEMPT, operator: "NotIn", values: ["true"] }],
          },
        },
      },
    },
  ];
}

function optionsOf({ rule, options }: Wish): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(rule.options).map(([name, spec]) => [name, options[name] ?? spec.default]),
  );
}

function resourceRule({ group, versions, resources }: Target): Manifest {
  return {
    apiGroups: [group],
    apiVersions: [...versions],
    operations: ["CREATE", "UPDATE"],
    resources: [...resources],
  };
}

/**
 * Only what somebody writes, when it is written. What a controller makes of it would be judged twice, and refusing that
 * stops what runs: the Pods of a Deployment that was there before the policy. The same goes for annotations that
 * controllers keep on objects that are wrong already.
 */
function matchConditions({ judged = ["?spec"] }: AdmissionPolicy): Manifest[] {
  const changes = judged.map((path) => `object.${path} != oldObject.${path}`);
  return [
    {
      name: "written-by-somebody",
      expression:
        "object.metadata.?ownerReferences.orValue([]).all(owner, !owner.?controller.orValue(false))",
    },
    {
      name: "new-or-changed",
      expression: [`request.operation == "CREATE"`, ...changes].join(" || "),
    },
  ];
}

function variables(rule: Rule, body: Body): Manifest[] {
  const all = { ignored: isIgnored(rule), ...body.variables };
  return Object.entries(all).map(([name, expression]) => ({ name, expression }));
}

function validation(rule: Rule, { when, message, values }: Complaint): Manifest {
  const expression = `variables.ignored || !(${when})`;
  if (values === undefined) return { expression, message: `${rule.id}: ${message}` };
  return {
    expression,
    // Said where the sentence cannot be made.
    message: `${rule.id}: ${rule.title}.`,
    messageExpression: `${quoted(`${rule.id}: `)} + ${sentence(message, values)}`,
  };
}
