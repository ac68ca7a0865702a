import type { Position } from "vscode-languageserver/node";
import { t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { formatDuration } from "../recovery/durations.ts";
import { type Recovery, recoveryOf } from "../recovery/evaluate.ts";
import { known } from "../recovery/fields.ts";
import { draftPlan } from "../recovery/new-plan/draft.ts";
import { PLAN_TYPE } from "../recovery/plan.ts";
import { documentAt, offsetAt, toLspRange } from "./ranges.ts";
import { recoveryViewOf, sectionOfFailover, sectionOfObjective } from "./recovery-view.ts";
import type {
  RecoveryPlanItem,
  RecoveryPlanPlace,
  RecoveryPlanRef,
  RecoveryView,
} from "./recovery-view-data.ts";
import type { Session } from "./session.ts";

/** Changes are collected for this long before the client is told, in milliseconds. */
const COLLECT_MS = 80;

/** Recovery plans as the client shows them in time. It hears of those that it shows, when they have become others. */
export class RecoveryTimelines {
  readonly #session: Session;
  readonly #tell: (plan: RecoveryPlanRef) => void;
  /** Views as they were delivered, as text, by the plan's reference as text. */
  readonly #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(session: Session, tell: (plan: RecoveryPlanRef) => void) {
    this.#session = session;
    this.#tell = tell;
  }

  /** Says that something changed. */
  changed(): void {
    if (this.#shown.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const [key, before] of this.#shown) {
        const plan = JSON.parse(key) as RecoveryPlanRef; // `keyOf` made it
        if ((JSON.stringify(this.#view(plan)) ?? "") !== before) this.#tell(plan);
      }
    }, COLLECT_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** A plan in time; undefined when it is gone. From now on the client is told when it becomes another. */
  async view(plan: RecoveryPlanRef): Promise<RecoveryView | undefined> {
    await this.#session.complete;
    const view = this.#view(plan);
    this.#shown.set(keyOf(plan), JSON.stringify(view) ?? "");
    return view;
  }

  /** The client does not show a plan any more. */
  closed(plan: RecoveryPlanRef): void {
    this.#shown.delete(keyOf(plan));
  }

  /** Every plan of the workspace, by file and place. */
  async plans(): Promise<readonly RecoveryPlanItem[]> {
    await this.#session.complete;
    const snapshot = this.#session.snapshot();
    return snapshot
      .find("type", PLAN_TYPE)
      .filter(({ document }) => this.#session.isEnabled(document.uri))
      .flatMap((resource) => {
        const recovery = recoveryOf(resource, snapshot);
        return recovery === undefined ? [] : [{ ...this.#ref(resource), summary: this.#summary(recovery) }];
      });
  }

  /** The plan at a position of a file, and what of it stands there; the only plan of a file is meant anywhere. */
  async planAt(uri: string, position: Position): Promise<RecoveryPlanPlace | undefined> {
    await this.#session.complete;
    const file = this.#session.file(uri);
    if (file === undefined || !this.#session.isEnabled(file.uri)) return undefined;
    const offset = offsetAt(file, position);
    const document = documentAt(file, offset);
    const all = file.documents.flatMap(({ resources }) => resources.filter(({ type }) => type === PLAN_TYPE));
    const resource =
      all.find((each) => each.document === document) ?? (all.length === 1 ? all[0] : undefined);
    const recovery = resource && recoveryOf(resource, this.#session.snapshot());
    if (resource === undefined || recovery === undefined) return undefined;
    const at = resource.document === document ? offset - resource.document.start : -1;
    const section = sectionOfFailover(recovery, at) ?? sectionOfObjective(recovery, at);
    return { ...this.#ref(resource), section };
  }

  /** The text of a first plan of what the workspace holds. */
  async draft(): Promise<string> {
    await this.#session.complete;
    return draftPlan(this.#session.snapshot(), (message) => this.#session.text(message));
  }

  #ref({ document, name }: Resource): RecoveryPlanRef {
    return { uri: this.#session.clientUri(document.uri), name: name ?? "" };
  }

  #summary({ objectives }: Recovery): string {
    const parts = objectives.map(({ disruption, time: { promised } }) => {
      const limit = known(promised);
      return limit === undefined ? disruption : `${disruption} ${formatDuration(limit)}`;
    });
    return parts.length === 0 ? this.#session.text(t("promises nothing")) : parts.join(", ");
  }

  #view(plan: RecoveryPlanRef): RecoveryView | undefined {
    const session = this.#session;
    const resource = this.#find(plan);
    const recovery = resource && recoveryOf(resource, session.snapshot());
    if (recovery === undefined) return undefined;
    return recoveryViewOf(recovery, plan, {
      say: (message) => session.text(message),
      place: ({ document, range }) => ({
        uri: session.clientUri(document.uri),
        range: toLspRange(document, range),
      }),
    });
  }

  /** The plan of the name; a plan that was renamed is still the only one of its file. */
  #find({ uri, name }: RecoveryPlanRef): Resource | undefined {
    const file = this.#session.file(uri);
    if (file === undefined || !this.#session.isEnabled(file.uri)) return undefined;
    const all = file.documents.flatMap(({ resources }) => resources.filter(({ type }) => type === PLAN_TYPE));
    return all.find((resource) => (resource.name ?? "") === name) ?? (all.length === 1 ? all[0] : undefined);
  }
}

function keyOf({ uri, name }: RecoveryPlanRef): string {
  return JSON.stringify({ uri, name });
}
