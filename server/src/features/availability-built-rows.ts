import type { Location, Resource } from "../model/resource.ts";
import type { Identity } from "../render/built-resource.ts";
import { deploymentOf } from "../render/deployed.ts";
import type { BuiltFinding, BuiltPlace, BuiltWorkload, Judged } from "../render/judged.ts";
import type { Finding } from "../rules/finding.ts";
import { type FindingsByResource, type Row, type RowFinding, rowId } from "./availability-rows.ts";
import type { Session } from "./session.ts";

/** Findings that show in what builds make, by the build and by what they are about there. */
export class BuiltFindingsByResource {
  readonly #findings = new Map<string, Map<Finding, BuiltFinding>>();

  constructor(session: Session, all: Iterable<Finding>) {
    for (const finding of all)
      for (const built of session.originsOf(finding)?.built ?? []) {
        const key = keyOf(deploymentOf(built.build), built.resource);
        const known = this.#findings.get(key);
        if (known === undefined) this.#findings.set(key, new Map([[finding, built]]));
        else if (!known.has(finding)) known.set(finding, built);
      }
  }

  /** By the finding of the sources that stands for it. */
  of(deployment: string, resource: Identity): ReadonlyMap<Finding, BuiltFinding> {
    return this.#findings.get(keyOf(deployment, resource)) ?? new Map();
  }
}

function keyOf(deployment: string, { apiVersion, kind, namespace, name }: Identity): string {
  return JSON.stringify([deployment, apiVersion, kind, namespace, name]);
}

/** The rows of what a build makes. */
export function builtRows(
  session: Session,
  { build, workloads, made }: Judged,
  built: BuiltFindingsByResource,
  written: FindingsByResource,
): readonly Row[] {
  const deployment = deploymentOf(build);
  /** What the source shows is told here too, unless the build shows it itself or is certain to have none of it. */
  const findingsOf = (place: BuiltPlace, isOwn: boolean): readonly RowFinding[] => {
    const shown = built.of(deployment, place.resource);
    const source = sourceOf(session, place);
    const others = source === undefined || made.has(source) ? [] : written(source);
    return [
      ...[...shown].map(([finding, told]) => ({ finding, told, isOwn })),
      ...others.filter((each) => !shown.has(each)).map((finding) => ({ finding, told: finding, isOwn })),
    ];
  };
  return workloads.map((workload): Row => {
    const { resource, posture, anchor, about, aboutAround } = workload;
    return {
      id: rowId(deployment, anchor.uri, resource),
      ...{ resource, posture },
      findings: [
        ...findingsOf(workload, true),
        ...about.flatMap((each) => findingsOf(each, false)),
        ...aboutAround.flatMap((each) =>
          written(each).map((finding) => ({ finding, told: finding, isOwn: false })),
        ),
      ],
      place: (now) => locate(now, workload),
      isAt: (now, resources) => isMadeOf(now, workload, resources),
      isAbout: (now, resources) =>
        about.some((each) => isMadeOf(now, each, resources)) ||
        aboutAround.some((each) => resources.includes(each)),
    };
  });
}

function isMadeOf(session: Session, place: BuiltPlace, resources: readonly Resource[]): boolean {
  const source = sourceOf(session, place);
  return source !== undefined && resources.includes(source);
}

/** The resource of the sources in which something built stands; undefined where a rule reads none there. */
function sourceOf(session: Session, place: BuiltPlace): Resource | undefined {
  const location = locate(session, place);
  return location?.document.resources.find(
    ({ root }) => root.range.start <= location.range.start && location.range.end <= root.range.end,
  );
}

function locate(session: Session, { anchor }: BuiltPlace | BuiltWorkload): Location | undefined {
  const file = session.file(anchor.uri);
  return file && anchor.locate(file);
}
