import { render } from "../../model/message.ts";
import { SCENARIOS, type Verdict, worstIn } from "../../survival/verdict.ts";
import type { SurvivalReport, Survivor } from "./report.ts";

/** The published JSON form, in English as programs expect it. Lines and columns count from 1. */
export function json({ workloads, skipped }: SurvivalReport): string {
  const report = {
    version: 1,
    workloads: workloads.map(workloadOf),
    skipped: skipped.map(({ file, reason }) => ({ file, reason: render(reason) })),
  };
  return `${JSON.stringify(report, null, 1)}\n`;
}

function workloadOf({ resource, file, start, posture, bundles }: Survivor) {
  const { apiVersion, kind, namespace, name } = resource;
  return {
    resource: { apiVersion, kind, namespace, name },
    file,
    start: { line: start.line + 1, column: start.character + 1 },
    bundles: bundles.map(({ path, kind, built }) => ({
      ...{ path, kind },
      ...(built === undefined ? {} : { rendered: true, values: built.values }),
    })),
    state: worstIn(posture),
    scenarios: Object.fromEntries(SCENARIOS.map((scenario) => [scenario, scenarioOf(posture[scenario])])),
  };
}

function scenarioOf({ state, stay, of, sentences }: Verdict) {
  return { state, stay, of, message: sentences.map((sentence) => render(sentence)).join(" ") };
}
