import type { ClusterSchemas, PublishedBy } from "../features/cluster-schemas.ts";
import type { Lapse } from "../live/lapse.ts";
import { LiveCluster } from "../live/live-cluster.ts";
import type { Cluster } from "../traffic/shift/cluster.ts";
import type { Project } from "./project.ts";

/** What is used of a connection. */
export interface UsedConnection {
  readonly context: string;
  readonly namespace: string;
  readonly cluster: Pick<Cluster, "list">;
  readonly openApi: PublishedBy;
}

/** The parts of the server that a connected cluster serves. */
export interface ConnectedClusterOptions {
  readonly project: Pick<Project, "setBeyond" | "beyondChanged" | "setLiveTopology">;
  readonly schemas: Pick<ClusterSchemas, "connect" | "disconnect" | "refresh" | "documentsChanged">;
  /** Called when verdicts may have changed. */
  changed(): void;
  /** Called when the cluster cannot be read any more, and with undefined when it can again. */
  lapsed(context: string, lapse: Lapse | undefined): void;
}

/** Lets rules and schemas use the cluster that a person has connected, for as long as it is. */
export class ConnectedCluster {
  readonly #options: ConnectedClusterOptions;
  #live: LiveCluster | undefined;

  constructor(options: ConnectedClusterOptions) {
    this.#options = options;
  }

  /** Another cluster counts from now on; undefined: none, and everything is as it was before. */
  use(connection: UsedConnection | undefined): void {
    const { project, schemas, changed } = this.#options;
    if (this.#live === undefined && connection === undefined) return;
    this.#live?.stop();
    this.#live = undefined;
    project.setLiveTopology(undefined);
    if (connection === undefined) {
      project.setBeyond(undefined);
      schemas.disconnect();
      changed();
      return;
    }
    const { context, namespace, cluster, openApi } = connection;
    const live = new LiveCluster({
      cluster,
      context,
      namespace,
      objectsChanged() {
        project.beyondChanged();
        changed();
      },
      topologyChanged() {
        project.setLiveTopology(live.topology);
        changed();
      },
      refreshing: () => schemas.refresh(),
      lapsed: (lapse) => this.#options.lapsed(context, lapse),
    });
    this.#live = live;
    project.setBeyond(live.objects);
    schemas.connect(context, openApi);
    live.start();
    changed();
  }

  /** Says that documents were opened or edited. */
  documentsChanged(): void {
    if (this.#live !== undefined) this.#options.schemas.documentsChanged();
  }

  /** Reads everything that is in use again, now. */
  async refresh(): Promise<null> {
    await this.#live?.refresh();
    return null;
  }
}
