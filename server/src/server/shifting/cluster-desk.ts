import {
  type CancellationToken,
  type Connection,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver/node";
import type { Session } from "../../features/session.ts";
import { type ShiftTarget, targetsOf } from "../../features/shift-targets.ts";
import { inOneLine, type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { baseName, relativeTo } from "../../workspace/uri.ts";
import { METHODS } from "../protocol.ts";
import type { Clusters, LiveConnection } from "./clusters.ts";
import { manifestEdit } from "./manifest-edit.ts";
import type {
  AcceptBlockParams,
  ConnectClusterParams,
  ContextParams,
  ManifestEdit,
  MemberParams,
  PreviewShiftParams,
  ResumeShiftParams,
  ShiftEventParams,
  ShiftObjectParams,
  ShiftParams,
} from "./messages.ts";
import { planGates } from "./plan-gates.ts";
import { abTestsHere, plannedHere, promisedHere } from "./planned.ts";
import type { ClusterSettings } from "./settings.ts";

/** What the desk needs of the server. */
export interface DeskDeps {
  isTrusted(): boolean;
  settings(): ClusterSettings;
  /** The folder of the workspace that a file lies in. */
  folderOf(uri: string): string | undefined;
  /** Called when a person has connected, and with undefined when nothing is connected any more. */
  connected(cluster: LiveConnection | undefined): void;
}

/**
 * Answers what the client asks about clusters. Nothing of the Kubernetes client is loaded before a person connects, and
 * nothing at all is done in a workspace that is not trusted.
 */
export class ClusterDesk {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #deps: DeskDeps;
  #clusters: Promise<Clusters> | undefined;

  constructor(connection: Connection, session: Session, deps: DeskDeps) {
    this.#connection = connection;
    this.#session = session;
    this.#deps = deps;
    this.#answer(METHODS.clusterContexts, (clusters) => clusters.contexts());
    this.#answer(METHODS.clusterNamespaces, (clusters, { context }: ContextParams, signal) =>
      clusters.namespaces(context, signal),
    );
    this.#answer(METHODS.connectCluster, (clusters, params: ConnectClusterParams, signal) =>
      clusters.connect(params, signal),
    );
    this.#answer(METHODS.disconnectCluster, async (clusters) => {
      await clusters.disconnect();
      return null;
    });
    this.#answer(METHODS.shiftTargets, async (clusters, _: undefined, signal) => [
      ...this.#written(),
      ...(await clusters.targets(signal)),
    ]);
    this.#answer(METHODS.shiftTargetsIn, (clusters, params: ConnectClusterParams, signal) =>
      clusters.targetsIn(params, signal),
    );
    this.#answer(METHODS.shiftChoices, (clusters, params: ShiftObjectParams, signal) =>
      clusters.choices(params, signal),
    );
    this.#answer(METHODS.abTargets, (clusters, _: undefined, signal) => clusters.abTargets(signal));
    this.#answer(METHODS.drillPromises, async (clusters, params: ShiftObjectParams) => {
      await session.complete;
      return promisedHere(session, { namespace: clusters.namespaceOf(params), name: params.target.name });
    });
    this.#answer(METHODS.planAbTests, async () => {
      await session.complete;
      return abTestsHere(session);
    });
    this.#answer(METHODS.planFailovers, async () => {
      await session.complete;
      return plannedHere(session);
    });
    this.#answer(METHODS.previewShift, (clusters, params: PreviewShiftParams, signal) =>
      clusters.preview(params, signal),
    );
    this.#answer(METHODS.acceptBlock, (clusters, params: AcceptBlockParams) => clusters.accept(params));
    this.#answer(METHODS.shiftEvent, (clusters, params: ShiftEventParams) => clusters.wish(params));
    this.#answer(METHODS.shiftPage, async (clusters, { shift }: ShiftParams) => clusters.page(shift));
    this.#answer(METHODS.shiftsUnderWay, async (clusters) => clusters.underWay());
    this.#answer(METHODS.shiftJournals, (clusters) => clusters.journals());
    this.#answer(METHODS.resumeShift, (clusters, { id }: ResumeShiftParams) => clusters.resume(id));
    this.#answer(METHODS.shiftManifestEdit, async (clusters, { shift, member }: MemberParams) =>
      this.#manifestEdit(clusters, shift, member),
    );
    connection.onNotification(METHODS.shiftClosed, ({ shift }: ShiftParams) => {
      void this.#clusters?.then((clusters) => clusters.close(shift));
    });
  }

  /** Ends all connections; the journals tell how shifts were left. */
  async stop(): Promise<void> {
    await (await this.#clusters)?.stop();
  }

  #answer<Params, Result>(
    method: string,
    body: (clusters: Clusters, params: Params, signal: AbortSignal) => Promise<Result>,
  ): void {
    // A request without parameters comes with its token alone.
    type Asked = [params: Params, token: CancellationToken] | [token: CancellationToken];
    this.#connection.onRequest(method, async (...asked: Asked): Promise<unknown> => {
      const [params, token] = asked.length === 1 ? [undefined as Params, asked[0]] : asked;
      if (!this.#deps.isTrusted()) return this.#refusal(UNTRUSTED);
      const stop = new AbortController();
      const listening = token.onCancellationRequested(() => stop.abort());
      const { Refused } = await import("./hosted-shift.ts");
      try {
        return await body(await this.#loaded(), params, stop.signal);
      } catch (error) {
        if (error instanceof Refused) return this.#refusal(...error.sentences);
        if (stop.signal.aborted) return new ResponseError(LSPErrorCodes.RequestCancelled, String(error));
        throw error;
      } finally {
        listening.dispose();
      }
    });
  }

  #refusal(...sentences: readonly Message[]): ResponseError<void> {
    const text = inOneLine(sentences.map((sentence) => this.#session.text(sentence)));
    return new ResponseError(LSPErrorCodes.RequestFailed, text);
  }

  #loaded(): Promise<Clusters> {
    this.#clusters ??= import("./clusters.ts").then(
      ({ Clusters }) =>
        new Clusters({
          settings: () => this.#deps.settings(),
          say: (message) => this.#session.text(message),
          connected: (cluster) => this.#deps.connected(cluster),
          changed: (page) => void this.#connection.sendNotification(METHODS.shiftChanged, page),
          planGates: async (objects, decided) => {
            await this.#session.complete;
            return planGates(this.#session, objects, decided, (resource) => this.#titleOf(resource));
          },
        }),
    );
    return this.#clusters;
  }

  /** A resource's name, and the file as people see it in this workspace. */
  #titleOf({ name, document: { uri } }: Resource): string {
    const folder = this.#deps.folderOf(uri);
    const file = (folder === undefined ? undefined : relativeTo(folder, uri)) ?? baseName(uri);
    return `${name ?? "-"} (${file})`;
  }

  #written(): readonly ShiftTarget[] {
    return [...this.#session.files()].flatMap(({ documents }) =>
      documents.flatMap(({ resources }) =>
        resources.flatMap((resource) => targetsOf(this.#session, resource).map(({ target }) => target)),
      ),
    );
  }

  #manifestEdit(clusters: Clusters, shift: string, member: number): ManifestEdit | ResponseError<void> {
    const view = clusters.member(shift, member);
    const edit = view === undefined ? undefined : manifestEdit(this.#session, view);
    return (
      edit ??
      this.#refusal(
        t(
          "No manifest of this workspace has this route with these destinations and other weights. Open the folder whose manifests are applied, or change the chart or overlay that makes them.",
        ),
      )
    );
  }
}

const UNTRUSTED = t(
  "This workspace is not trusted, so Nines reaches no cluster from it: its settings and files could choose what is run and contacted. Trust the workspace first.",
);
