import type { Location, Resource } from "../model/resource.ts";
import type { Build } from "../render/build.ts";
import type { Identity } from "../render/built-resource.ts";
import { deploymentOf, isToldBy } from "../render/deployed.ts";
import type { Finding } from "../rules/finding.ts";
import type { Subject } from "../survival/subjects.ts";
import type { Posture } from "../survival/verdict.ts";
import { compareTexts } from "../text/compare.ts";
import type { Bundle } from "../workspace/layout.ts";
import { BuiltFindingsByResource, builtRows } from "./availability-built-rows.ts";
import type { Introduced } from "./introduced.ts";
import type { Session } from "./session.ts";
import { Slices } from "./slices.ts";

/** Typing goes before: see `Slices`. */
const REST_MS = 2;

/** A workload in one of the bundles it is deployed with. */
export interface Row {
  readonly id: string;
  readonly resource: Pick<Identity, "kind" | "namespace" | "name">;
  readonly posture: Posture;
  /** About the workload itself first, then about what has a part in it. */
  readonly findings: readonly RowFinding[];
  /** Where it stands; undefined when that is gone. */
  place(session: Session): Location | undefined;
  /** Whether one of these resources of the sources is the workload, or what it is built from. */
  isAt(session: Session, resources: readonly Resource[]): boolean;
  /** Whether one of them has a part in it. */
  isAbout(session: Session, resources: readonly Resource[]): boolean;
}

/** A finding in the row of a workload. */
export interface RowFinding {
  /** As it stands in the sources. */
  readonly finding: Finding;
  /** What it says of this workload: in each build it may be about other numbers. */
  readonly told: Pick<Finding, "severity" | "message"> & {
    readonly resource: Pick<Identity, "kind" | "name"> | undefined;
  };
  /** Whether it is about the workload itself. */
  readonly isOwn: boolean;
}

/** A bundle with its workloads, by name. */
export interface BundleRows {
  readonly id: string;
  /** URI. */
  readonly folder: string;
  readonly kind: Bundle["kind"];
  /** What its rows come from; undefined where that is the sources. */
  readonly build: Build | undefined;
  readonly rows: readonly Row[];
  /** Findings of the whole workspace that were not there before. */
  readonly introduced: Introduced;
}

/** Gives the findings about a resource of the sources, in their order. */
export type FindingsByResource = (resource: Resource) => readonly Finding[];

/**
 * Every workload by bundle, bundles by folder, knowing which findings are new. What was built stands in place of the
 * sources it was built from. Takes as long as it needs, in slices between which the client is heard.
 */
export async function collectRows(session: Session, introduced: Introduced): Promise<readonly BundleRows[]> {
  const slices = new Slices(REST_MS);
  const builds = session.builds();
  const { subjects, all, findings } = await look(session, slices);
  const built = new BuiltFindingsByResource(session, all);
  const bundles = new Map<string, Omit<BundleRows, "rows" | "introduced"> & { rows: Row[] }>();
  const add = (bundle: Omit<BundleRows, "rows" | "introduced">, rows: readonly Row[]) => {
    const known = bundles.get(bundle.id);
    if (known === undefined) bundles.set(bundle.id, { ...bundle, rows: [...rows] });
    else known.rows.push(...rows);
  };
  for (const judged of builds) {
    const { build, workloads } = judged;
    const id = deploymentOf(build);
    if (workloads.length > 0)
      add({ id, folder: build.folder, kind: build.kind, build }, builtRows(session, judged, built, findings));
    await slices.pause();
  }
  const { layout } = session.snapshot();
  const isTold = isToldBy(builds);
  for (const subject of subjects) {
    for (const { id, kind } of layout
      .bundlesOf(subject.resource.document.uri)
      .filter((each) => !isTold(each)))
      add({ id, folder: id, kind, build: undefined }, [writtenRow(id, subject, findings)]);
    await slices.pause();
  }
  return [...bundles.values()]
    .map((bundle) => ({ ...bundle, rows: inOrder(bundle.rows), introduced }))
    .sort((a, b) => compareTexts(a.id, b.id));
}

async function look(session: Session, slices: Slices) {
  const subjects: Subject[] = [];
  const all: Finding[] = [];
  const findings = new Map<Resource, Finding[]>();
  for (const uri of session.uris()) {
    const file = session.file(uri);
    if (file === undefined) continue;
    for (const finding of session.findings(file)) {
      const { resource } = finding;
      all.push(finding);
      if (resource === undefined) continue;
      const known = findings.get(resource);
      if (known === undefined) findings.set(resource, [finding]);
      else known.push(finding);
    }
    await slices.pause();
    for (const document of file.documents) {
      if (document.resources.length === 0) continue;
      subjects.push(...session.subjects(document));
      await slices.pause();
    }
  }
  const of: FindingsByResource = (resource) => findings.get(resource) ?? [];
  return { subjects, all, findings: of };
}

function writtenRow(
  bundle: string,
  { resource, posture, about }: Subject,
  findings: FindingsByResource,
): Row {
  return {
    id: rowId(bundle, resource.document.uri, resource),
    ...{ resource, posture },
    findings: [resource, ...about].flatMap((each) =>
      findings(each).map((finding) => ({ finding, told: finding, isOwn: each === resource })),
    ),
    place: () => resource.title,
    isAt: (_, resources) => resources.includes(resource),
    isAbout: (_, resources) => about.some((each) => resources.includes(each)),
  };
}

/** The same for as long as the workload is there under its name. */
export function rowId(
  bundle: string,
  uri: string,
  { kind, namespace = "", name = "" }: Row["resource"],
): string {
  return [bundle, uri, kind, namespace, name].join(" ");
}

/** By name, no two with the same id. */
function inOrder(rows: readonly Row[]): readonly Row[] {
  const taken = new Map<string, number>();
  return rows
    .map((row) => {
      const count = taken.get(row.id) ?? 0;
      taken.set(row.id, count + 1);
      return count === 0 ? row : { ...row, id: `${row.id} ${count}` };
    })
    .sort((a, b) => compareTexts(a.resource.name ?? "", b.resource.name ?? "") || compareTexts(a.id, b.id));
}
