/**
 * Connections to clusters and the shifts that run over them. It brings the engine and the Kubernetes client with it, so
 * it is loaded only when a person connects; test/architecture.test.ts and test/cluster hold to that.
 */
import { randomUUID } from "node:crypto";
import { unlessAborted } from "../../cluster/abort.ts";
import type { Connection as ClusterConnection } from "../../cluster/connection.ts";
import type { ShiftTarget } from "../../features/shift-targets.ts";
import { DiskJournals, isOpen, mayBeFaulty } from "../../journal/disk-journals.ts";
import { stateFolder } from "../../journal/state-folder.ts";
import { type Message, t } from "../../model/message.ts";
import { heldTo, heldToAsBefore } from "../../shifting/basis.ts";
import { newShiftId, wallClock } from "../../shifting/clock.ts";
import type { Outcome, ResourceType } from "../../traffic/shift/cluster.ts";
import { isMeasured } from "../../traffic/shift/intent.ts";
import type { Journal } from "../../traffic/shift/journal.ts";
import { explain } from "../../traffic/shift/reading/read.ts";
import { Shift } from "../../traffic/shift/shift.ts";
import type { Thresholds } from "../../traffic/shift/thresholds.ts";
import type { MemberView } from "../../traffic/shift/view.ts";
import type { ShiftDeps } from "../../traffic/shift/work.ts";
import { abTargets, readChoices } from "./choices.ts";
import { Connections, type Reached } from "./connections.ts";
import { type Hosted, HostedShift, Refused } from "./hosted-shift.ts";
import { liveTargets } from "./live-targets.ts";
import type {
  AcceptBlockParams,
  ClusterContexts,
  ClusterNamespaces,
  ConnectClusterParams,
  ConnectedCluster,
  PreviewShiftParams,
  ShiftChoices,
  ShiftEventParams,
  ShiftJournal,
  ShiftJournals,
  ShiftObjectParams,
  ShiftPage,
  ShiftPart,
} from "./messages.ts";
import type { PlanGates, ShiftedObject } from "./plan-gates.ts";
import { requestOf } from "./request.ts";
import { type ClusterSettings, layersOf } from "./settings.ts";

const NAMESPACES: ResourceType = { group: "", kind: "Namespace", plural: "namespaces", versions: ["v1"] };

/** A shift that was interrupted is not kept waiting for longer than this by the search for a Prometheus, in milliseconds. */
const RESUME_MS = 5000;

/** How long whoever ends the server waits for it, in milliseconds: an editor is not kept from closing for long. */
const LAST_MS = 1500;

/** What the server passes in. */
export interface ClustersDeps {
  settings(): ClusterSettings;
  say(message: Message): string;
  changed(page: ShiftPage): void;
  /** What the workspace's recovery plans demand of a shift of these objects, besides what is decided already. */
  planGates(objects: readonly ShiftedObject[], decided: Partial<Thresholds>): Promise<PlanGates>;
  /** Called when a person has connected, and with undefined when nothing is connected any more. */
  connected(cluster: LiveConnection | undefined): void;
}

/** What the rest of the server may use of a connection. */
export interface LiveConnection extends Pick<ClusterConnection, "cluster" | "openApi"> {
  readonly context: string;
  /** The namespace that was chosen. */
  readonly namespace: string;
}

export class Clusters {
  readonly #deps: ClustersDeps;
  readonly #journals = new DiskJournals(stateFolder());
  readonly #connections: Connections;
  readonly #shifts = new Map<string, HostedShift>();
  #connected: ConnectedCluster | undefined;

  constructor(deps: ClustersDeps) {
    this.#deps = deps;
    this.#connections = new Connections(() => deps.settings());
  }

  /** What there is to connect to. Reads the kubeconfig anew; contacts nobody. */
  async contexts(): Promise<ClusterContexts> {
    const { contexts, current, problems } = await this.#connections.kubeconfig();
    return {
      contexts: contexts.map((context) => ({
        ...context,
        production: this.#connections.isProduction(context.name),
      })),
      current,
      problems: problems.map(this.#deps.say),
    };
  }

  /** The namespaces of a context's cluster. */
  async namespaces(context: string, signal: AbortSignal): Promise<ClusterNamespaces> {
    const { cluster } = await this.#connections.to(context);
    const names = await cluster.list(NAMESPACES, { namespace: undefined }, nameOf, signal);
    return names.ok
      ? { namespaces: names.value, problem: undefined }
      : { namespaces: [], problem: this.#deps.say(explain(names.failure, "Namespaces")) };
  }

  /** Connects the window. @throws Refused where the cluster does not answer or not take the credentials */
  async connect(
    { context, namespace }: ConnectClusterParams,
    signal: AbortSignal,
  ): Promise<ConnectedCluster> {
    this.#refuseWhileRunning();
    const connection = await this.#connections.to(context);
    const version = await connection.check(signal);
    if (!version.ok) {
      this.#connections.drop(context);
      throw new Refused(explain(version.failure, context));
    }
    this.#connected = {
      context,
      namespace,
      server: connection.server,
      version: version.value,
      production: this.#connections.isProduction(context),
    };
    const { cluster, openApi } = connection;
    this.#deps.connected({ context, namespace, cluster, openApi });
    return this.#connected;
  }

  /** Ends every connection. @throws Refused while a shift is under way */
  async disconnect(): Promise<void> {
    this.#refuseWhileRunning();
    await this.stop();
  }

  /** Lets go of everything; the journals tell how shifts were left. No fault of a drill is left where there is time. */
  async stop(): Promise<void> {
    this.#deps.connected(undefined);
    const shifts = [...this.#shifts.values()];
    this.#shifts.clear();
    const soon = AbortSignal.timeout(LAST_MS);
    await Promise.all(shifts.map((shift) => shift.endDrill(soon)));
    await Promise.all(shifts.map((shift) => shift.dispose()));
    await this.#journals.close();
    this.#connections.close();
    this.#connected = undefined;
  }

  /** Everything in the connected namespace whose traffic can be shifted. */
  async targets(signal: AbortSignal): Promise<readonly ShiftTarget[]> {
    return this.targetsIn(this.#current(), signal);
  }

  /** The same of any place that a person names. */
  async targetsIn(
    { context, namespace }: ConnectClusterParams,
    signal: AbortSignal,
  ): Promise<readonly ShiftTarget[]> {
    const { cluster } = await this.#connections.to(context);
    return resultOf(await liveTargets(cluster, namespace, signal), namespace);
  }

  /** What an object offers to choose from, as it is now. */
  async choices(params: ShiftObjectParams, signal: AbortSignal): Promise<ShiftChoices> {
    const { target, context } = params;
    const { cluster } = await this.#connections.to(context ?? this.#current().context);
    const found = await readChoices(cluster, target, this.namespaceOf(params), signal);
    return resultOf(found, `${target.kind} ${target.name}`);
  }

  /** The routes of the connected namespace in front of which header routes can be put. */
  async abTargets(signal: AbortSignal): Promise<readonly ShiftTarget[]> {
    const { context, namespace } = this.#current();
    const { cluster } = await this.#connections.to(context);
    return resultOf(await abTargets(cluster, namespace, signal), namespace);
  }

  /** The namespace that an object is in: its own, else the one to work in of its context. */
  namespaceOf({ context: named, target }: Pick<ShiftPart, "context" | "target">): string {
    const { context, namespace } = this.#current();
    if (target.namespace !== undefined) return target.namespace;
    if (named === undefined || named === context) return namespace;
    return this.#connections.namespaceOf(named);
  }

  /** Begins to read what a shift would do. */
  async preview(params: PreviewShiftParams, signal: AbortSignal): Promise<ShiftPage> {
    const { context } = this.#current();
    const settings = this.#deps.settings();
    const { steps, ask, problems } = settings;
    if (problems.length > 0)
      throw new Refused(
        t(
          "These settings are not understood: {names}. Correct them, so that the shift is held to what you mean. Nothing was read or written.",
          { names: problems.join(", ") },
        ),
      );
    const namespaceOf = (part: ShiftPart) => this.namespaceOf(part);
    const request = requestOf(params, { context, namespaceOf, steps, ask });
    const objects = params.members.map((part) => ({ ...part.target, namespace: namespaceOf(part) }));
    const plans = await unlessAborted(this.#deps.planGates(objects, settings.thresholds), signal);
    const { thresholds, basis } = heldTo(layersOf(settings, plans.layers));
    const reached = await this.#connections.reach(request, context, signal);
    signal.throwIfAborted();
    if (reached.misunderstood !== undefined) throw new Refused(reached.misunderstood);
    const { objections } = plans;
    const deps = { ...this.#shiftDeps(reached, thresholds), objections };
    const hosted = this.#host({
      shift: new Shift(request, deps),
      basis: isMeasured(request) ? [...basis, ...reached.figures] : [],
      taking: (accepted) => new Shift({ ...request, accepted }, deps),
    });
    hosted.start();
    return hosted.page();
  }

  /** Does what a person wants with a shift. */
  async wish(params: ShiftEventParams): Promise<ShiftPage> {
    const shift = this.#shift(params.shift);
    await shift.wish(params);
    return shift.page();
  }

  /** Takes on for a person that somebody else will undo a shift. */
  async accept(params: AcceptBlockParams): Promise<ShiftPage> {
    const shift = this.#shift(params.shift);
    await shift.accept(params);
    return shift.page();
  }

  /** A shift as it is now. */
  page(name: string): ShiftPage {
    return this.#shift(name).page();
  }

  /** Shifts that go on, or wait for a person, in the middle. */
  underWay(): readonly ShiftPage[] {
    return [...this.#shifts.values()].filter(({ isUnderWay }) => isUnderWay).map((shift) => shift.page());
  }

  /** The client shows it no more. What is under way goes on. */
  async close(name: string): Promise<void> {
    const shift = this.#shifts.get(name);
    if (shift === undefined || !shift.isIdle) return;
    this.#shifts.delete(name);
    await shift.close();
  }

  /** An object of a shift. */
  member(name: string, index: number): MemberView | undefined {
    return this.#shift(name).view.members[index];
  }

  /** The journals of this machine, the newest first. */
  async journals(): Promise<ShiftJournals> {
    const { journals, damaged } = await this.#journals.list();
    const { say } = this.#deps;
    const here = new Set([...this.#shifts.values()].map(({ view }) => view.id));
    return {
      journals: journals.map((journal) => ({ ...itemOf(journal, say), here: here.has(journal.id) })),
      problems: damaged.map(({ path, reason }) =>
        say(t("The journal {path} cannot be read: {reason}.", { path, reason })),
      ),
    };
  }

  /** Takes a journal over; the shift stands still until a person says what is to be done. One of this window goes on. */
  async resume(id: string): Promise<ShiftPage> {
    const here = [...this.#shifts.values()].find(({ view }) => view.id === id);
    if (here !== undefined) return here.page();
    const { journals } = await this.#journals.list();
    const journal = journals.find((candidate) => candidate.id === id);
    if (journal === undefined) throw new Refused(t("The journal of shift {id} is gone.", { id }));
    // Before the lock is taken: a context that is gone must not leave it behind.
    const reached = await this.#connections.reach(
      journal.request,
      this.#connected?.context,
      AbortSignal.timeout(RESUME_MS),
    );
    const deps = this.#shiftDeps(reached, journal.thresholds);
    if (!(await this.#journals.lock(id)))
      throw new Refused(
        t("Another process is carrying out shift {id} at this moment. Stop it there first.", { id }),
      );
    const basis = isMeasured(journal.request)
      ? [...heldToAsBefore(journal.thresholds), ...reached.figures]
      : [];
    return this.#host({ shift: Shift.resume(journal, deps), basis, taking: undefined }).page();
  }

  #host(one: Hosted): HostedShift {
    const { say, changed } = this.#deps;
    // A panel that outlived another server must not mean one of this.
    const hosted = new HostedShift(randomUUID(), one, { say, changed });
    this.#shifts.set(hosted.name, hosted);
    return hosted;
  }

  #shift(name: string): HostedShift {
    const shift = this.#shifts.get(name);
    if (shift !== undefined) return shift;
    throw new Refused(
      t(
        "This shift is not carried out here any more. “Nines: Resume a Traffic Shift” lists those that are unfinished.",
      ),
    );
  }

  #refuseWhileRunning(): void {
    if (this.underWay().length === 0) return;
    throw new Refused(
      t(
        "A traffic shift is under way over this connection. Let it finish, or abort it, and then disconnect.",
      ),
    );
  }

  #current(): ConnectedCluster {
    if (this.#connected !== undefined) return this.#connected;
    throw new Refused(t("No cluster is connected. Run “Nines: Connect Cluster” first."));
  }

  #shiftDeps({ connections }: Reached, thresholds: Thresholds): ShiftDeps {
    return { connections, clock: wallClock, journals: this.#journals, thresholds, newId: newShiftId };
  }
}

/** @throws Refused where it could not be read */
function resultOf<T>(outcome: Outcome<T>, what: string): T {
  if (outcome.ok) return outcome.value;
  throw new Refused(explain(outcome.failure, what));
}

function nameOf({ metadata }: { readonly metadata: { readonly name: string } }): string {
  return metadata.name;
}

function itemOf(journal: Journal, say: ClustersDeps["say"]): Omit<ShiftJournal, "here"> {
  const { id, members, control, updatedAt } = journal;
  return {
    id,
    title: members.map(({ ref }) => `${ref.type.kind} ${ref.namespace ?? ""}/${ref.name}`).join(", "),
    contexts: [...new Set(members.map(({ context }) => context))],
    status: say(
      control.phase === "completed"
        ? t("completed; can be rolled back")
        : t("step {step} of {steps}, {written} written", {
            step: Math.min(control.step + 1, control.steps),
            steps: control.steps,
            written: control.written,
          }),
    ),
    updatedAt,
    open: isOpen(journal),
    completed: control.phase === "completed",
    faulty: mayBeFaulty(journal),
  };
}
