import {
  type CodeLens,
  CodeLensRefreshRequest,
  type Connection,
  type Location,
  type Position,
  type ServerCapabilities,
} from "vscode-languageserver/node";
import { failoversOf, summaryOfFailover } from "../effective/failover-summary.ts";
import { sharingRoutesOf, summaryOfRoute } from "../effective/route-summary.ts";
import { isSummarized, type Summary, summaryOfWorkload } from "../effective/workload-summary.ts";
import type { SourceFile } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { documentAt, toLspRange } from "./ranges.ts";
import { Refresh } from "./refresh.ts";
import type { Session } from "./session.ts";
import { previewCommand } from "./shift-actions.ts";
import { type ShiftTarget, targetsOf } from "./shift-targets.ts";

export const codeLensCapabilities: ServerCapabilities = { codeLensProvider: { resolveProvider: true } };

/** Where a lens stands, for a client that resolves it later. */
interface LensData {
  readonly uri: string;
  /** Offset of the resource in the file. */
  readonly resource: number;
  /** Position among the routes of the resource that have a lens; undefined for the workload's own. */
  readonly route: number | undefined;
  /** Position among the failovers of a recovery plan; undefined for other lenses. */
  readonly failover: number | undefined;
  /** Position among the routes of the resource whose traffic can be shifted; undefined for other lenses. */
  readonly shift?: number | undefined;
}

/** What a click on a lens is about, for the client's command `nines.openLens`. */
export interface LensTarget {
  readonly kind: "workload" | "route" | "failover";
  readonly uri: string;
  readonly position: Position;
  /** The other resources that the lens speaks of. */
  readonly about: readonly Location[];
}

/** Lenses over workloads, weighted routes and failovers: what they come to, at a glance. */
export class CodeLenses {
  readonly #session: Session;
  readonly #refresh: Refresh;
  /** The lenses a client shows: document version, data and title, by canonical URI. */
  readonly #shown = new Map<string, { version: number | null; titles: Map<string, string> }>();

  constructor(connection: Connection, session: Session) {
    this.#session = session;
    this.#refresh = new Refresh(() => connection.sendRequest(CodeLensRefreshRequest.type));
    connection.onCodeLens(async ({ textDocument }) => {
      await session.ready;
      const file = session.file(textDocument.uri);
      if (file === undefined) return [];
      const lenses = lensesIn(session, file);
      this.#shown.set(file.uri, {
        version: session.version(file.uri),
        titles: new Map(lenses.map(({ data }) => [JSON.stringify(data), ""])),
      });
      return lenses;
    });
    connection.onCodeLensResolve((lens) => {
      const data = lens.data as LensData; // as we sent it
      const command = commandOf(session, data);
      this.#shown.get(data.uri)?.titles.set(JSON.stringify(data), command.title);
      return { ...lens, command };
    });
  }

  /** Says that something changed. Asks the client to draw again when what it shows is out of date. */
  changed(): void {
    if (!this.#session.client.refreshesCodeLenses) return;
    if ([...this.#shown.keys()].some((uri) => this.#isOutdated(uri))) this.#refresh.request();
  }

  closed(uri: string): void {
    this.#shown.delete(uri);
  }

  /** An edited document is asked about by the client itself. */
  #isOutdated(uri: string): boolean {
    const shown = this.#shown.get(uri);
    const file = this.#session.file(uri);
    if (shown === undefined || file === undefined || shown.version !== this.#session.version(uri))
      return false;
    const now = lensesIn(this.#session, file);
    if (now.length !== shown.titles.size) return true;
    return now.some(({ data }) => {
      const title = shown.titles.get(JSON.stringify(data));
      if (title === undefined) return true;
      return title !== "" && title !== commandOf(this.#session, data as LensData).title; // made by `lensAt`
    });
  }
}

/** Cheap, so that a long file costs little: what a lens says is found when it comes into view. */
function lensesIn(session: Session, file: SourceFile): CodeLens[] {
  if (!session.drawing(file.uri).codeLens) return [];
  const snapshot = session.snapshot();
  return file.documents.flatMap(({ resources }) =>
    resources.flatMap((resource) => [
      ...(isSummarized(snapshot, resource) ? [lensAt(resource, resource.root.range.start, {})] : []),
      ...sharingRoutesOf(snapshot, resource).map(({ node }, i) =>
        lensAt(resource, node.range.start, { route: i }),
      ),
      ...shiftTargetsOf(session, resource).map(({ start }, i) => lensAt(resource, start, { shift: i })),
      ...failoversOf(snapshot, resource).map(({ node }, i) =>
        lensAt(resource, node.range.start, { failover: i }),
      ),
    ]),
  );
}

function lensAt(
  { document, root }: Resource,
  at: number,
  { route, failover, shift }: Partial<Pick<LensData, "route" | "failover" | "shift">>,
): CodeLens {
  const data: LensData = {
    uri: document.uri,
    resource: document.start + root.range.start,
    route,
    failover,
    shift,
  };
  return { range: toLspRange(document, { start: at, end: at }), data };
}

function commandOf(session: Session, data: LensData): NonNullable<CodeLens["command"]> {
  const resource = resourceAt(session, data);
  if (resource !== undefined && data.shift !== undefined) {
    const target = shiftTargetsOf(session, resource)[data.shift]?.target;
    return target === undefined ? { title: "", command: "" } : previewCommand(session, target);
  }
  const snapshot = session.snapshot();
  const summary = resource === undefined ? undefined : summaryOf(snapshot, resource, data);
  if (resource === undefined || summary === undefined) return { title: "", command: "" };
  const title = summary.parts.map((part) => session.text(part)).join(" · ");
  if (!session.client.opensLenses) return { title, command: "" };
  const target: LensTarget = {
    kind: kindOf(data),
    uri: session.clientUri(data.uri),
    position: toLspRange(resource.document, placeOf(snapshot, resource, data)).start,
    about: summary.about.map((other) => locate(session, other)),
  };
  return { title, command: "nines.openLens", arguments: [target] };
}

/** What can be shifted on a cluster, and where it stands; routes only, since other objects have their own lenses. */
function shiftTargetsOf(
  session: Session,
  resource: Resource,
): readonly { readonly target: ShiftTarget; readonly start: number }[] {
  if (!session.client.shiftsTraffic) return [];
  return targetsOf(session, resource).flatMap(({ target, route }) =>
    route === undefined ? [] : [{ target, start: route.node.range.start }],
  );
}

function resourceAt(session: Session, { uri, resource: offset }: LensData): Resource | undefined {
  const file = session.file(uri);
  const document = file === undefined ? undefined : documentAt(file, offset);
  return document?.resources.find(({ root }) => document.start + root.range.start === offset);
}

function kindOf({ route, failover }: LensData): LensTarget["kind"] {
  if (failover !== undefined) return "failover";
  return route === undefined ? "workload" : "route";
}

/** What a click is about: the failover itself, else the resource. */
function placeOf(snapshot: Snapshot, resource: Resource, { failover }: LensData): Range {
  const found = failover === undefined ? undefined : failoversOf(snapshot, resource)[failover];
  return found?.node.range ?? resource.root.range;
}

function summaryOf(
  snapshot: Snapshot,
  resource: Resource,
  { route, failover }: LensData,
): Summary | undefined {
  if (failover !== undefined) {
    const found = failoversOf(snapshot, resource)[failover];
    return found === undefined ? undefined : summaryOfFailover(snapshot, resource, found);
  }
  if (route === undefined) return summaryOfWorkload(snapshot, resource);
  const found = sharingRoutesOf(snapshot, resource)[route];
  return found === undefined ? undefined : summaryOfRoute(snapshot, found);
}

function locate(session: Session, resource: Resource): Location {
  const { document, range } = resource.title;
  return { uri: session.clientUri(document.uri), range: toLspRange(document, range) };
}
