import type { Resource } from "../model/resource.ts";
import type { Finding } from "../rules/finding.ts";
import type { Subject } from "../survival/subjects.ts";
import { compareTexts } from "../text/compare.ts";
import type { Bundle } from "../workspace/layout.ts";
import type { Session } from "./session.ts";
import { Slices } from "./slices.ts";

/** Typing goes before: see `Slices`. */
const REST_MS = 2;

/** A workload in one of the bundles it is deployed with. */
export interface Row {
  readonly id: string;
  readonly subject: Subject;
  /** About the workload itself first, then about what has a part in it. */
  readonly findings: readonly Finding[];
}

/** A bundle with its workloads, by name. */
export interface BundleRows {
  readonly bundle: Bundle;
  readonly rows: readonly Row[];
  /** Findings of the whole workspace that were not there before. */
  readonly introduced: ReadonlySet<Finding>;
}

/** Every workload by bundle, bundles by folder, knowing which findings are new. Takes as long as it needs, in slices between which the client is heard. */
export async function collectRows(
  session: Session,
  introduced: ReadonlySet<Finding>,
): Promise<readonly BundleRows[]> {
  const slices = new Slices(REST_MS);
  const { subjects, findings } = await look(session, slices);
  const bundles = new Map<string, { bundle: Bundle; subjects: Subject[] }>();
  const { layout } = session.snapshot();
  for (const subject of subjects) {
    for (const bundle of layout.bundlesOf(subject.resource.document.uri)) {
      const known = bundles.get(bundle.id);
      if (known === undefined) bundles.set(bundle.id, { bundle, subjects: [subject] });
      else known.subjects.push(subject);
    }
  }
  const result: BundleRows[] = [];
  for (const { bundle, subjects: own } of bundles.values()) {
    result.push({ bundle, rows: rowsOf(bundle, own, findings), introduced });
    await slices.pause();
  }
  return result.sort((a, b) => compareTexts(a.bundle.id, b.bundle.id));
}

async function look(session: Session, slices: Slices) {
  const subjects: Subject[] = [];
  const findings = new Map<Resource, Finding[]>();
  for (const uri of session.uris()) {
    const file = session.file(uri);
    if (file === undefined) continue;
    for (const finding of session.findings(file)) {
      const { resource } = finding;
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
  return { subjects, findings };
}

function rowsOf(
  bundle: Bundle,
  subjects: readonly Subject[],
  findings: ReadonlyMap<Resource, readonly Finding[]>,
): readonly Row[] {
  const taken = new Map<string, number>();
  const rows = subjects.map((subject): Row => {
    const { resource, about } = subject;
    const { document, kind, namespace = "", name = "" } = resource;
    const key = [bundle.id, document.uri, kind, namespace, name].join(" ");
    const count = taken.get(key) ?? 0;
    taken.set(key, count + 1);
    return {
      id: count === 0 ? key : `${key} ${count}`,
      subject,
      findings: [resource, ...about].flatMap((each) => findings.get(each) ?? []),
    };
  });
  return rows.sort(
    (a, b) =>
      compareTexts(a.subject.resource.name ?? "", b.subject.resource.name ?? "") || compareTexts(a.id, b.id),
  );
}
