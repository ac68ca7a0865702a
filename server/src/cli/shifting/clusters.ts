import { type Connection as ClusterConnection, connect } from "../../cluster/connection.ts";
import { type Kubeconfig, KubeconfigError, readKubeconfig } from "../../cluster/kubeconfig.ts";
import { DiskJournals } from "../../journal/disk-journals.ts";
import { stateFolder } from "../../journal/state-folder.ts";
import { type Message, t } from "../../model/message.ts";
import { newShiftId, wallClock } from "../../shifting/clock.ts";
import { isProduction, PRODUCTION } from "../../shifting/production.ts";
import { shiftSettings } from "../../shifting/written-settings.ts";
import type { Metrics } from "../../traffic/shift/cluster.ts";
import type { Shift } from "../../traffic/shift/shift.ts";
import type { Thresholds } from "../../traffic/shift/thresholds.ts";
import type { Connection, ShiftDeps } from "../../traffic/shift/work.ts";
import { UsageError } from "../errors.ts";
import { assertMetricsOption, metricsFor, metricsOption } from "./metrics.ts";
import type { ShiftOptions } from "./options.ts";

/** The clusters that a command talks to. */
export class Clusters {
  readonly journals = new DiskJournals(stateFolder());
  readonly #kubeconfig: Kubeconfig;
  readonly #options: ShiftOptions;
  readonly #tell: (message: Message) => void;
  readonly #production: readonly string[];
  readonly #shifts: Shift[] = [];
  readonly #open = new Map<string, ClusterConnection>();
  readonly #found = new Map<string, Promise<Metrics | undefined>>();

  private constructor(kubeconfig: Kubeconfig, options: ShiftOptions, tell: (message: Message) => void) {
    this.#tell = tell;
    this.#kubeconfig = kubeconfig;
    this.#production =
      options.productionContexts?.split(",").filter((pattern) => pattern !== "") ??
      shiftSettings(process.cwd()).productionContexts ??
      PRODUCTION;
    this.#options = options;
    assertMetricsOption(options.prometheus);
  }

  /** Reads the kubeconfig; contacts nobody. @throws UsageError */
  static async read(options: ShiftOptions, tell: (message: Message) => void): Promise<Clusters> {
    try {
      return new Clusters(
        await (options.kubeconfig === undefined ? readKubeconfig() : readKubeconfig([options.kubeconfig])),
        options,
        tell,
      );
    } catch (error) {
      if (error instanceof KubeconfigError) throw new UsageError(...error.sentences);
      throw error;
    }
  }

  /** The namespace that a context begins with. */
  namespaceOf(context: string): string {
    return this.#connect(context).context.namespace;
  }

  /** What the engine needs to work on these contexts. @throws UsageError */
  async deps(contexts: readonly string[], thresholds: Thresholds): Promise<ShiftDeps> {
    const connections = await Promise.all(
      [...new Set(contexts)].map(
        async (context): Promise<[string, Connection]> => [
          context,
          await this.#connectionOf(context, contexts),
        ],
      ),
    );
    return {
      connections: new Map(connections),
      clock: wallClock,
      journals: this.journals,
      thresholds,
      newId: newShiftId,
    };
  }

  /** Remembers a shift, to let go of it at the end. */
  keep(shift: Shift): Shift {
    this.#shifts.push(shift);
    return shift;
  }

  /** Lets go of shifts and journals, and ends the connections. */
  async close(): Promise<void> {
    for (const shift of this.#shifts) await shift.dispose();
    await this.journals.close();
    for (const connection of this.#open.values()) connection.close();
  }

  /** Whether its name has to be typed before anything is written. */
  isProduction(context: string): boolean {
    return isProduction(context, this.#production);
  }

  async #connectionOf(context: string, contexts: readonly string[]): Promise<Connection> {
    const connection = this.#connect(context);
    const { prometheus, context: home } = this.#options;
    const choice = metricsOption(prometheus, context, { contexts, home });
    if (prometheus !== undefined && choice.kind === "search" && !this.#found.has(context))
      this.#tell(
        t(
          "--prometheus does not say which Prometheus measures {context}, so one is looked for there. Name it with --prometheus {context}=ADDRESS.",
          { context },
        ),
      );
    const finding = this.#found.get(context) ?? metricsFor(choice, connection, this.#tell);
    this.#found.set(context, finding);
    return {
      cluster: connection.cluster,
      metrics: await finding,
      production: this.isProduction(context),
    };
  }

  #connect(context: string): ClusterConnection {
    const known = this.#open.get(context);
    if (known !== undefined) return known;
    if (this.#kubeconfig.contexts.every(({ name }) => name !== context))
      throw new UsageError(
        t("The kubeconfig has no context “{context}”. Its contexts are: {contexts}.", {
          context,
          contexts: this.#kubeconfig.contexts.map(({ name }) => name).join(", ") || "-",
        }),
      );
    try {
      const connection = connect(this.#kubeconfig, context);
      this.#open.set(context, connection);
      return connection;
    } catch (error) {
      if (error instanceof KubeconfigError) throw new UsageError(...error.sentences);
      throw error;
    }
  }
}
