import { t } from "../../model/message.ts";
import { documentSchemas, OWN_API_VERSION } from "../../recovery/document-schemas.ts";
import { misfitMessage } from "../../recovery/misfit-message.ts";
import { type Misfit, misfitsIn } from "../../recovery/schema-check.ts";
import { closest } from "../../text/closest.ts";
import { defineRule } from "../rule.ts";

/** What was probably meant by a word; undefined when nothing is near. */
type Suggestion = { readonly misfit: Misfit; readonly near: string | undefined };

export default defineRule<Suggestion>({
  id: "plan-invalid",
  title: "Recovery document with something that cannot be read",
  severity: "error",
  appliesTo: ["nines/*/DisasterRecoveryPlan", "nines/*/VSphereHACluster"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "What a plan promises is computed from what it says. A field with a misspelt name is not read at all, a duration without a unit or below zero cannot be counted, and a word that nobody knows leaves open what is meant: the computed times then miss a part, while the plan looks complete.",
    how: "Durations have a unit (`30s`, `15m`, `4h`, `7d`); what takes part in a recovery takes more than no time. The editor completes and explains every field.",
    sources: [
      "https://github.com/nines-ha/nines/blob/main/schemas/disaster-recovery-plan.schema.json",
      "https://pkg.go.dev/time#ParseDuration",
    ],
  },
  check(resource, context) {
    const schema = Object.hasOwn(documentSchemas, resource.kind) ? documentSchemas[resource.kind] : undefined;
    if (schema === undefined || resource.apiVersion !== OWN_API_VERSION) return;
    for (const misfit of misfitsIn(resource.root, schema)) {
      const near = nearOf(misfit);
      context.report(
        resource.locate(misfit.range),
        misfitMessage(misfit, near),
        { misfit, near },
        {
          // What is not read has no effect; what is read wrongly makes the numbers wrong.
          severity: misfit.kind === "unknown" ? "warning" : "error",
        },
      );
    }
  },
  fixes: [
    {
      id: "closest",
      title: ({ near = "" }) => t("Write {word}", { word: near }),
      preferred: false,
      edits: ({ misfit, near }, { document }) =>
        near === undefined ? undefined : [{ document, range: misfit.range, newText: near }],
    },
  ],
});

function nearOf(misfit: Misfit): string | undefined {
  if (misfit.kind === "unknown") return closest(misfit.name, misfit.known);
  return misfit.kind === "word" ? closest(misfit.value, misfit.words) : undefined;
}
