import { stringify } from "yaml";
import manifest from "../../../package.json" with { type: "json" };
import { reasonFor, reasons, sentenceOf } from "../../admission/left-out.ts";
import { type Action, actions, manifestsOf, type Wish } from "../../admission/manifest.ts";
import { policies } from "../../admission/policies/index.ts";
import type { AdmissionPolicy } from "../../admission/policy.ts";
import { t } from "../../model/message.ts";
import { rules as registry } from "../../rules/registry.generated.ts";
import type { Rule } from "../../rules/rule.ts";
import { EXIT, UsageError } from "../errors.ts";
import type { Terminal } from "../output/terminal.ts";
import { rulesAround, type SetRule } from "../rules-around.ts";
import { knownRule } from "./rule-ids.ts";

/** What rules can be written as. */
const TARGETS: readonly string[] = ["validating-admission-policy"];

export interface ExportOptions {
  readonly to: string;
  /** Only these, even where the configuration switches them off. */
  readonly rule?: readonly string[];
  readonly action?: string;
}

/**
 * `nines export`: the rules that one object is enough for, as policies for the API server, on standard output; those that
 * cannot be exported, with the reason, on standard error. Returns the exit code.
 *
 * @throws UsageError where the target, an action or a rule is not known or the rule is not to be exported
 */
export function exportRules(options: ExportOptions, terminal: Terminal): number {
  if (!TARGETS.includes(options.to))
    throw new UsageError(
      t("Rules cannot be exported to “{target}”, only to {targets}.", {
        target: options.to,
        targets: TARGETS.join(", "),
      }),
    );
  const action = actionOf(options.action);
  const around = rulesAround(terminal.cwd, registry);
  const asked = options.rule === undefined ? undefined : new Set(options.rule.map(exportable));
  const chosen = around.filter(({ rule, isEnabled }) => asked?.has(rule.id) ?? isEnabled);
  const wishes = chosen.flatMap((set) => wishOf(set, action) ?? []);
  terminal.out(toYaml(wishes));
  if (asked === undefined)
    tellWhatIsLeftOut(
      chosen.map(({ rule }) => rule),
      wishes.length,
      terminal,
    );
  return EXIT.clean;
}

function actionOf(text: string | undefined): Action | undefined {
  const action = actions.find((known) => known === text);
  if (text !== undefined && action === undefined)
    throw new UsageError(
      t("There is no action “{action}”. Write --action with one of {actions}.", {
        action: text,
        actions: actions.join(", "),
      }),
    );
  return action;
}

/** Makes sure that there is a rule of this name and a policy for it. */
function exportable(id: string): string {
  const ids = registry.map((rule) => rule.id);
  knownRule(id, ids);
  const without = registry.filter((rule) => rule.id === id && policyOf(rule) === undefined);
  if (without.length === 0) return id;
  throw new UsageError(
    t("The rule {id} cannot be exported as an admission policy; `nines check` judges it.", { id }),
    ...without.map((rule) => sentenceOf(reasonFor(rule), [id])),
  );
}

function policyOf(rule: Rule): AdmissionPolicy | undefined {
  return policies.find(({ ruleId }) => ruleId === rule.id);
}

function wishOf({ rule, severity, options }: SetRule, action: Action | undefined): Wish | undefined {
  const policy = policyOf(rule);
  return policy && { rule, policy, severity, options, action };
}

function toYaml(wishes: readonly Wish[]): string {
  return wishes
    .flatMap((wish) => manifestsOf(wish, manifest.version))
    .map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`)
    .join("");
}

function tellWhatIsLeftOut(enabled: readonly Rule[], exported: number, { err, say }: Terminal): void {
  const left = enabled.filter((rule) => policyOf(rule) === undefined);
  err(
    `${say(t("{exported} rules are exported, {left} are not; `nines check` judges those.", { exported, left: left.length }))}\n`,
  );
  for (const reason of reasons) {
    const ids = left.filter((rule) => reasonFor(rule) === reason).map((rule) => rule.id);
    if (ids.length > 0) err(`- ${say(sentenceOf(reason, ids))}\n`);
  }
}
