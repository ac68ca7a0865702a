import { reasonFor, reasons, sentenceOf } from "../../server/src/admission/left-out.ts";
import { policies } from "../../server/src/admission/policies/index.ts";

/** docs/admission-rules.md: which rules can be exported as admission policies, and why the others cannot. */
export function admissionPage(rules) {
  const exported = rules.flatMap((rule) => {
    const policy = policies.find(({ ruleId }) => ruleId === rule.id);
    return policy === undefined ? [] : [row(rule, policy)];
  });
  const left = rules.filter((rule) => policies.every(({ ruleId }) => ruleId !== rule.id));
  return [
    "<!-- Generated from server/src/admission/ by `npm run generate`. -->",
    "# Rules as admission policies",
    "",
    "How to use them: [admission.md](admission.md).",
    "",
    `## Exported (${exported.length})`,
    "",
    "| rule | severity | about | not in the policy |",
    "|---|---|---|---|",
    ...exported,
    "",
    `## Not exported (${left.length})`,
    "",
    ...reasons.flatMap((reason) => {
      const links = left.filter((rule) => reasonFor(rule) === reason).map((rule) => link(rule.id));
      return links.length === 0 ? [] : [`- ${textOf(sentenceOf(reason, links))}`];
    }),
    "",
  ].join("\n");
}

function row(rule, { targets, lacks }) {
  const about = targets.flatMap(({ resources, group }) =>
    resources.map((resource) => (group === "" ? resource : `${resource}.${group}`)),
  );
  return `| ${link(rule.id)} | ${rule.severity} | ${about.join(", ")} | ${lacks ?? ""} |`;
}

function link(id) {
  return `[${id}](rules/${id}.md)`;
}

/** English, with the values in their places. */
function textOf({ text, values }) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
