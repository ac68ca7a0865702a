import { type Message, t } from "../../model/message.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type Found, findParts } from "./found.ts";
import {
  type Assume,
  backupLines,
  databaseLines,
  failoverLines,
  strategiesOf,
  strategyLines,
} from "./sections.ts";
import { comment, flow, flowOf, scalar } from "./yaml.ts";

/** More than a first plan can be read with. */
const MOST = 25;

/**
 * The text of a first DisasterRecoveryPlan of what a workspace holds. What no manifest says is an assumption: it has a
 * comment `# assumption: …` above or behind it. `say` puts comments into a language.
 */
export function draftPlan(snapshot: Snapshot, say: (message: Message) => string): string {
  const found = shortened(findParts(snapshot));
  const assume: Assume = (indent, message) => comment(indent, `assumption: ${say(message)}`);
  const note = (indent: string, message: Message) => comment(indent, say(message));
  const hasData = found.databases.length > 0 || found.backups.length > 0;
  const hasAnything = hasData || found.workloads.length > 0 || strategiesOf(found).length > 0;
  const lines = [
    ...note(
      "",
      hasAnything
        ? t("A first recovery plan, made of what this workspace holds.")
        : t(
            "A recovery plan to begin with: nothing was found in this workspace that a plan could speak of yet.",
          ),
    ),
    ...note(
      "",
      t(
        "Whatever is marked “assumption” was guessed, for no manifest says it. Replace it by what is true, and remove the comment.",
      ),
    ),
    ...(found.leftOut > 0
      ? [
          ...note(
            "",
            t(
              "Not named here: {count} manifests whose name several have, or a template gives, or that were too many.",
              { count: found.leftOut },
            ),
          ),
        ]
      : []),
    "apiVersion: nines/v1alpha1",
    "kind: DisasterRecoveryPlan",
    "metadata:",
    "  name: recovery",
    "spec:",
    "  objectives:",
    ...assume(
      "    ",
      t(
        "what the business accepts stands in no manifest. RPO is the data that may be lost, RTO the time until service is back.",
      ),
    ),
    ...objectiveLines(found, hasData),
    "  sites:",
    ...assume(
      "    ",
      t("one site that serves, and one to recover at, in another city with enough room for everything."),
    ),
    `    - ${flow({ name: "primary", role: "Primary", city: "here", trafficPercent: "100", capacityPercent: "100" })}`,
    `    - ${flow({ name: "dr", role: "DR", city: "elsewhere", trafficPercent: "0", capacityPercent: "100" })}`,
    ...machineLines(found, assume),
    ...databaseLines(found, assume),
    ...backupLines(found, assume),
    ...(found.workloads.length === 0
      ? []
      : ["  workloads:", ...found.workloads.map((reference) => `    - ${scalar(reference)}`)]),
    ...strategyLines(found, assume),
    ...failoverLines(found, assume),
    ...note(
      "  ",
      t("Write down the last drill here, and how often one is due: a plan that was never tried is a guess."),
    ),
    '  # drills: {lastTested: "2025-01-31", interval: 90d, type: TestFailover}',
  ];
  return `${lines.join("\n")}\n`;
}

function shortened(found: Found): Found {
  const lists = [found.workloads, found.routes, found.records, found.databases, found.backups];
  const cut = lists.reduce((sum, { length }) => sum + Math.max(0, length - MOST), 0);
  return {
    ...found,
    workloads: found.workloads.slice(0, MOST),
    routes: found.routes.slice(0, MOST),
    records: found.records.slice(0, MOST),
    databases: found.databases.slice(0, MOST),
    backups: found.backups.slice(0, MOST),
    leftOut: found.leftOut + cut,
  };
}

function objectiveLines({ workloads, databases, backups }: Found, hasData: boolean): readonly string[] {
  const rpo = (text: string, isKept: boolean) => (isKept ? text : undefined);
  const objective = (disruption: string, limits: Readonly<Record<string, string | undefined>>) =>
    `    - ${flow({ disruption, ...limits })}`;
  return [
    ...(workloads.length === 0
      ? []
      : [
          objective("Software", { rpo: rpo("26h", backups.length > 0), rto: "30m" }),
          objective("Hardware", { rpo: rpo("26h", databases.length > 0 || backups.length > 0), rto: "30m" }),
        ]),
    objective("Site", { rpo: rpo("26h", hasData), rto: "1h" }),
  ];
}

function machineLines(found: Found, assume: Assume): readonly string[] {
  const machines = found.machines.flatMap((resource) => {
    const spec = resource.get("spec");
    const ha = spec && flowOf(spec);
    return ha === undefined ? [] : [{ name: scalar(resource.name ?? "vsphere"), ha }];
  });
  if (machines.length === 0) return [];
  return [
    "  platforms:",
    "    vsphere:",
    ...assume("      ", t("each cluster stands at the primary site only.")),
    ...machines.map(({ name, ha }) => `      - ${flow({ name, sites: "[primary]", ha })}`),
  ];
}
