import type { RecoveryPlanRef, RecoveryView, TimelinePlace } from "../../../server/src/server/protocol.ts";

/** What the panel tells its page. */
export type ToPage =
  | { readonly type: "view"; readonly view: RecoveryView }
  /** There is no such plan at the moment; the text says so. */
  | { readonly type: "gone"; readonly text: string }
  /** Brings a section into view. */
  | { readonly type: "reveal"; readonly section: string };

/** What the page tells its panel. */
export type FromPage =
  /** It listens from now on. */
  | { readonly type: "ready" }
  | { readonly type: "open"; readonly place: TimelinePlace }
  | { readonly type: "export"; readonly format: ExportFormat };

export type ExportFormat = "svg" | "markdown";

/** What VS Code keeps of the page while its window is reloaded. */
export interface PageState {
  readonly plan: RecoveryPlanRef;
  readonly zoom: number;
}

/** A plan out of a state that was kept; undefined where it is none, as after an update. */
export function planOfState(state: unknown): RecoveryPlanRef | undefined {
  const plan: unknown = typeof state === "object" && state !== null ? Reflect.get(state, "plan") : undefined;
  if (typeof plan !== "object" || plan === null) return undefined;
  const [uri, name]: unknown[] = [Reflect.get(plan, "uri"), Reflect.get(plan, "name")];
  return typeof uri === "string" && typeof name === "string" ? { uri, name } : undefined;
}

/** How a place is called in a table: `plan.yaml:35`. */
export function placeName({ uri, range }: TimelinePlace): string {
  const path = uri.replace(/[?#].*$/, "");
  const last = path.slice(path.lastIndexOf("/") + 1);
  return `${decoded(last)}:${range.start.line + 1}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
