import { saidOfContext } from "../../cluster/choose-prometheus.ts";
import { type Connection as ClusterConnection, connect } from "../../cluster/connection.ts";
import { type Kubeconfig, KubeconfigError, readKubeconfig } from "../../cluster/kubeconfig.ts";
import { type Message, t } from "../../model/message.ts";
import type { BasisLine } from "../../shifting/basis.ts";
import { isProduction } from "../../shifting/production.ts";
import { contextsOf, isJudgedByTraffic, type ShiftRequest } from "../../traffic/shift/intent.ts";
import type { Connection } from "../../traffic/shift/work.ts";
import { FigureSources } from "./figures.ts";
import { Refused } from "./hosted-shift.ts";
import type { ClusterSettings } from "./settings.ts";

/** The clusters of a shift. */
export interface Reached {
  /** By context. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** Where the figures about the traffic come from. */
  readonly figures: readonly BasisLine[];
  /** Why a setting about them cannot be understood. */
  readonly misunderstood: Message | undefined;
}

/** The clusters of the kubeconfig, each connected to when it is first needed. */
export class Connections {
  readonly #settings: () => ClusterSettings;
  readonly #open = new Map<string, ClusterConnection>();
  readonly #figures = new FigureSources();
  #kubeconfig: Kubeconfig | undefined;

  constructor(settings: () => ClusterSettings) {
    this.#settings = settings;
  }

  /** Reads the kubeconfig anew; contacts nobody. @throws Refused where it cannot be used */
  async kubeconfig(): Promise<Kubeconfig> {
    const { kubeconfig } = this.#settings();
    this.#kubeconfig = await refusing(() =>
      kubeconfig === "" ? readKubeconfig() : readKubeconfig([kubeconfig]),
    );
    return this.#kubeconfig;
  }

  /** The namespace that a context begins with. */
  namespaceOf(context: string): string {
    return this.#kubeconfig?.contexts.find(({ name }) => name === context)?.namespace ?? "default";
  }

  /** Whether a context's name has to be typed before anything is written there. */
  isProduction(context: string): boolean {
    return isProduction(context, this.#settings().productionContexts);
  }

  /** The connection to a context; nothing is sent yet. @throws Refused where the context is not complete */
  async to(context: string): Promise<ClusterConnection> {
    const known = this.#open.get(context);
    if (known !== undefined) return known;
    const kubeconfig = this.#kubeconfig ?? (await this.kubeconfig());
    const connection = await refusing(() => connect(kubeconfig, context));
    this.#open.set(context, connection);
    return connection;
  }

  /** The clusters of a shift, with figures where it is judged by traffic. `home`: the context that the window is connected to. */
  async reach(request: ShiftRequest, home: string | undefined, signal: AbortSignal): Promise<Reached> {
    const { prometheus } = this.#settings();
    const contexts = contextsOf(request);
    const measured = new Set(request.intents.filter(isJudgedByTraffic).map(({ context }) => context));
    const all = await Promise.all(
      contexts.map(async (context) => {
        const connection = await this.to(context);
        const figures = measured.has(context)
          ? await this.#figures.of(connection, saidOfContext(prometheus, context, { contexts, home }), signal)
          : undefined;
        return { context, connection, figures };
      }),
    );
    return {
      connections: new Map(
        all.map(({ context, connection: { cluster }, figures }): [string, Connection] => [
          context,
          { cluster, metrics: figures?.metrics, production: this.isProduction(context) },
        ]),
      ),
      figures: all.flatMap(({ context, figures }) =>
        figures === undefined
          ? []
          : [{ what: t("Figures about the traffic in {context}", { context }), from: figures.from }],
      ),
      misunderstood: all.find(({ figures }) => figures?.isMisunderstood)?.figures?.from,
    };
  }

  /** Ends the connection to a context. */
  drop(context: string): void {
    this.#open.get(context)?.close();
    this.#open.delete(context);
  }

  /** Ends all of them. */
  close(): void {
    for (const context of [...this.#open.keys()]) this.drop(context);
  }
}

/** What a kubeconfig lacks becomes a sentence for the person. */
async function refusing<T>(body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    throw new Refused(...error.sentences);
  }
}
