import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import type { Finding } from "../rules/finding.ts";
import { SCENARIOS, type State, type Verdict, worstIn, worstOf } from "../survival/verdict.ts";
import { briefly, cellOf, STATE_NAMES, TITLES } from "../survival/wording.ts";
import type { BundleRows, Row } from "./availability-rows.ts";
import type {
  AvailabilityBundle,
  AvailabilityFinding,
  AvailabilityGuarantee,
  AvailabilityWorkload,
} from "./availability-tree.ts";
import type { Session } from "./session.ts";

/** A bundle as the view shows it. */
export function bundleItem(session: Session, { bundle, rows, introduced }: BundleRows): AvailabilityBundle {
  const states = rows.map(({ subject }) => worstIn(subject.posture));
  const findings = new Set(rows.flatMap((row) => row.findings));
  return {
    ...{ id: bundle.id, folder: bundle.id, kind: bundle.kind, workloads: rows.length },
    state: worstOf(states),
    introduced: countIn(findings, introduced),
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
  { bundle, introduced }: BundleRows,
  row: Row,
): AvailabilityWorkload {
  const { resource, posture } = row.subject;
  const { kind, name, namespace } = resource;
  const cell = (verdict: Verdict) => session.text(cellOf(verdict));
  return {
    ...{ id: row.id, bundle: bundle.id, kind, name, namespace, state: worstIn(posture) },
    introduced: countIn(row.findings, introduced),
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
        text: posture[scenario].sentences.map((sentence) => session.text(sentence)).join(" "),
      }),
    ),
    findings: row.findings.map((finding) => findingItem(session, resource, finding, introduced)),
  };
}

function findingItem(
  session: Session,
  workload: Resource,
  finding: Finding,
  introduced: ReadonlySet<Finding>,
): AvailabilityFinding {
  const { ruleId, severity, message, resource } = finding;
  const isOwn = resource === undefined || resource === workload;
  return {
    ...{ ruleId, severity, message: session.text(message) },
    about: isOwn ? undefined : `${resource.kind} ${resource.name ?? ""}`.trimEnd(),
    isNew: introduced.has(finding),
  };
}

function countIn(findings: Iterable<Finding>, introduced: ReadonlySet<Finding>): number {
  let count = 0;
  for (const finding of findings) if (introduced.has(finding)) count++;
  return count;
}
