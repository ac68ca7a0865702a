import type { SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import { Composition, type TextEdit } from "./composition.ts";
import type { Part, Rewrite, Trial } from "./refactoring.ts";

/** A step of a plan: the fix of a finding. */
interface Step {
  readonly title: Message;
  readonly preferred: boolean;
  readonly needsConfirmation: boolean;
}

/** Steps made one after the other in one or more files, to be reviewed as parts of one edit. Immutable. */
export class Plan {
  readonly #steps: readonly Step[];
  readonly #files: ReadonlyMap<string, Composition>;

  constructor(steps: readonly Step[] = [], files: ReadonlyMap<string, Composition> = new Map()) {
    this.#steps = steps;
    this.#files = files;
  }

  /** The plan with a further step: edits of the files as the plan leaves them. */
  with(step: Step, edits: ReadonlyMap<SourceFile, readonly TextEdit[]>): Plan {
    const files = new Map(this.#files);
    for (const [file, own] of edits) {
      const composition = files.get(file.uri) ?? Composition.of(file.text);
      files.set(file.uri, composition.with(this.#steps.length, own));
    }
    return new Plan([...this.#steps, step], files);
  }

  /** Puts the texts that the plan makes into a trial. */
  apply(trial: Trial): void {
    for (const [uri, { text }] of this.#files) trial.change(uri, text);
  }

  /** Puts back the texts that the plan began with. */
  original(trial: Trial): void {
    for (const [uri, { original }] of this.#files) trial.change(uri, original);
  }

  /** The steps as parts of one edit: those that changed each other's text are one. */
  rewrite(): Rewrite {
    const heads = this.#heads();
    const order = [...new Set(heads)];
    const parts = order.map((head): Part => {
      const steps = this.#steps.filter((_, i) => heads[i] === head);
      const titles = [...new Map(steps.map(({ title }) => [JSON.stringify(title), title])).values()];
      const isSafe = steps.every(({ preferred, needsConfirmation }) => preferred && !needsConfirmation);
      return { titles, question: isSafe ? undefined : QUESTION };
    });
    const changes = [...this.#files].flatMap(([uri, composition]) =>
      composition.edits().map(({ part, ...edit }) => ({
        uri,
        ...edit,
        part: order.indexOf(heads[part] ?? part),
      })),
    );
    return { parts, changes };
  }

  /** For each step the first one of its group. */
  #heads(): readonly number[] {
    const heads = this.#steps.map((_, i) => i);
    for (const { ties } of this.#files.values()) {
      for (const [a, b] of ties) {
        const [from, to] = [Math.max(heads[a] ?? a, heads[b] ?? b), Math.min(heads[a] ?? a, heads[b] ?? b)];
        heads.forEach((head, i) => {
          if (head === from) heads[i] = to;
        });
      }
    }
    return heads;
  }
}

const QUESTION = t("Decide whether this fits the application: manifests alone do not tell.");
