import { t } from "../../model/message.ts";
import type { Rule } from "../../rules/rule.ts";
import { type Severity, severities } from "../../rules/severity.ts";
import { closest } from "../../text/closest.ts";
import { UsageError } from "../errors.ts";

/** Makes sure that there is a rule of this name. */
export function knownRule(id: string, ids: readonly string[]): string {
  if (ids.includes(id)) return id;
  const near = closest(id, ids);
  throw new UsageError(
    near === undefined
      ? t("There is no rule “{id}”. `nines rules` lists them all.", { id })
      : t("There is no rule “{id}”. Did you mean “{near}”?", { id, near }),
  );
}

/** Reads the values of `--rule ID=SEVERITY`; of two about one rule the later counts. */
export function severityOverrides(
  values: readonly string[],
  rules: readonly Rule[],
): Map<string, Severity | "off"> {
  const ids = rules.map((rule) => rule.id);
  const levels: readonly (Severity | "off")[] = ["off", ...severities];
  return new Map(
    values.map((value) => {
      const [id = "", given = ""] = value.split("=", 2);
      const level = levels.find((known) => known === given);
      if (level === undefined)
        throw new UsageError(
          t("“--rule {value}” names no severity. Write --rule ID=SEVERITY with one of {levels}.", {
            value,
            levels: levels.join(", "),
          }),
        );
      return [knownRule(id, ids), level] as const;
    }),
  );
}
