import { inOneLine, type Message, t } from "../model/message.ts";
import type { Build } from "../render/build.ts";
import { makingOf } from "../render/deployed.ts";
import type { Finding } from "../rules/finding.ts";
import { SCENARIOS, type State, type Verdict, worstIn, worstOf } from "../survival/verdict.ts";
import { briefly, cellOf, STATE_NAMES, TITLES } from "../survival/wording.ts";
import { relativeTo } from "../workspace/uri.ts";
import type { BundleRows, Row, RowFinding } from "./availability-rows.ts";
import type {
  AvailabilityBundle,
  AvailabilityFinding,
  AvailabilityGuarantee,
  AvailabilityWorkload,
} from "./availability-tree.ts";
import type { Introduced } from "./introduced.ts";
import type { Session } from "./session.ts";

/** A bundle as the view shows it. */
export function bundleItem(
  session: Session,
  { id, folder, kind, build, rows, introduced }: BundleRows,
): AvailabilityBundle {
  const states = rows.map(({ posture }) => worstIn(posture));
  const findings = new Set(rows.flatMap((row) => row.findings.map(({ finding }) => finding)));
  return {
    ...{ id, folder, kind, workloads: rows.length },
    values: build?.values === undefined ? undefined : relativeTo(folder, build.values),
    making: build && session.text(makingOf(build)),
    state: worstOf(states),
    introduced: countIn(findings, introduced, build),
    summary: summaryOf(session, states, findings.size),
  };
}

function summaryOf(session: Session, states: readonly State[], findings: number): string {
  const count = (state: State) => states.filter((each) => each === state).length;
  const some = (state: State) => {
    const number = count(state);
    return number === 0
      ? []
      : [t("{count} {state}", { count: number, state: session.text(STATE_NAMES[state]) })];
  };
  const parts: readonly Message[] = [
    states.length === 1 ? t("1 workload") : t("{count} workloads", { count: states.length }),
    ...(["notGuaranteed", "blocked", "unknown"] as const).flatMap(some),
    ...(findings === 0 ? [] : [findings === 1 ? t("1 finding") : t("{count} findings", { count: findings })]),
  ];
  return parts.map((part) => session.text(part)).join(" · ");
}

/** A workload as the view shows it. */
export function workloadItem(
  session: Session,
  { id: bundle, build, introduced }: BundleRows,
  row: Row,
): AvailabilityWorkload {
  const { posture } = row;
  const { kind, name, namespace } = row.resource;
  const cell = (verdict: Verdict) => session.text(cellOf(verdict));
  return {
    ...{ id: row.id, bundle, kind, name, namespace, state: worstIn(posture) },
    introduced: countIn(
      row.findings.map(({ finding }) => finding),
      introduced,
      build,
    ),
    summary: session.text(
      t("node {node} · zone {zone} · drain {drain} · rollout {rollout}", {
        node: cell(posture.nodeLoss),
        zone: cell(posture.zoneLoss),
        drain: cell(posture.drain),
        rollout: cell(posture.rollout),
      }),
    ),
    guarantees: SCENARIOS.map(
      (scenario): AvailabilityGuarantee => ({
        ...{ scenario, state: posture[scenario].state },
        title: session.text(TITLES[scenario]),
        brief: session.text(briefly(posture[scenario])),
        text: inOneLine(posture[scenario].sentences.map((sentence) => session.text(sentence))),
      }),
    ),
    findings: row.findings.map((each) => findingItem(session, each, introduced, build)),
  };
}

function findingItem(
  session: Session,
  { finding, told, isOwn }: RowFinding,
  introduced: Introduced,
  build: Build | undefined,
): AvailabilityFinding {
  const { severity, message, resource } = told;
  return {
    ...{ ruleId: finding.ruleId, severity, message: session.text(message) },
    about: isOwn || resource === undefined ? undefined : `${resource.kind} ${resource.name ?? ""}`.trimEnd(),
    isNew: introduced.has(finding, build),
  };
}

function countIn(findings: Iterable<Finding>, introduced: Introduced, build: Build | undefined): number {
  let count = 0;
  for (const finding of findings) if (introduced.has(finding, build)) count++;
  return count;
}
