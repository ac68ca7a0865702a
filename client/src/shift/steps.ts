import {
  type Disposable,
  l10n,
  ProgressLocation,
  type QuickInputButton,
  QuickInputButtons,
  type QuickPickItem,
  window,
} from "vscode";
import { showRefusal } from "./refusal.ts";

/** An entry that may have buttons; a press of one is an answer too. */
export interface Choice extends QuickPickItem {
  readonly presses?: ReadonlyMap<QuickInputButton, () => Choice>;
}

/** What is typed into a box. */
export interface TextQuestion {
  readonly prompt: string;
  readonly value?: string;
  /** What is wrong with a text; undefined where nothing is. */
  readonly problem?: (text: string) => string | undefined;
}

/** Asks the user one thing after the other. A flow that is left never goes on. */
export interface Asker {
  /** The entry that the user chooses. `first` has the focus. */
  pick<T extends QuickPickItem>(placeHolder: string, items: readonly T[], first?: T): Promise<T>;
  text(question: TextQuestion): Promise<string>;
  /** What is read between two questions; going back from the next one and on again reads it anew. */
  read<T>(body: () => Promise<T>): Promise<T>;
  /** Ends the flow without a result. */
  leave(): never;
}

class Left extends Error {}
class WentBack extends Error {}

/** An entry of a list by its position, or one of its buttons. */
interface Picked {
  readonly at: number;
  readonly press: number | undefined;
}

interface Reading<T> {
  readonly value: T | undefined;
  readonly error: unknown;
}

interface Answer {
  readonly isAsked: boolean;
  readonly value: unknown;
}

/**
 * Runs a flow of questions with a way back from each to the one before: the flow is run again with the answers that
 * stay, so that it can be written as if nobody ever went back. Undefined where the user leaves it.
 */
export async function inSteps<T>(title: string, flow: (ask: Asker) => Promise<T>): Promise<T | undefined> {
  const answers: Answer[] = [];
  for (;;) {
    try {
      return await flow(new Steps(title, answers));
    } catch (error) {
      if (error instanceof Left) return undefined;
      if (!(error instanceof WentBack)) throw error;
      // What was read after an answer goes with it.
      while (answers.pop()?.isAsked === false);
    }
  }
}

/** Runs a part of a flow. What fails in it is shown, and the flow goes on with `otherwise`. */
export async function forgiving<T>(body: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof Left || error instanceof WentBack) throw error;
    showRefusal(error);
    return otherwise;
  }
}

class Steps implements Asker {
  readonly #title: string;
  readonly #answers: Answer[];
  #at = 0;

  constructor(title: string, answers: Answer[]) {
    this.#title = title;
    this.#answers = answers;
  }

  async pick<T extends QuickPickItem>(placeHolder: string, items: readonly T[], first?: T): Promise<T> {
    const { at, press } = await this.#next(true, () => {
      const input = window.createQuickPick<T>();
      Object.assign(input, { placeholder: placeHolder, matchOnDescription: true, matchOnDetail: true });
      input.items = items;
      if (first !== undefined) input.activeItems = [first];
      return this.#shown<Picked>(input, (resolve) => [
        input.onDidAccept(() => {
          const [chosen] = input.selectedItems;
          if (chosen !== undefined) resolve({ at: items.indexOf(chosen), press: undefined });
        }),
        input.onDidTriggerItemButton(({ item, button }) =>
          resolve({ at: items.indexOf(item), press: item.buttons?.indexOf(button) }),
        ),
      ]);
    });
    // Of the list as it is made in this run: what an entry holds belongs to the run.
    const item = items[at];
    if (item === undefined) throw new RangeError("the entry is gone");
    const pressed = press === undefined ? undefined : item.buttons?.[press];
    const { presses } = item as Choice; // an entry with buttons says what they mean
    // What a press stands for is an entry of the same list's kind.
    return pressed === undefined ? item : ((presses?.get(pressed)?.() ?? item) as T);
  }

  text({ prompt, value = "", problem = () => undefined }: TextQuestion): Promise<string> {
    return this.#next(true, () => {
      const input = window.createInputBox();
      Object.assign(input, { prompt, value });
      return this.#shown(input, (resolve) => [
        input.onDidChangeValue((text) => {
          input.validationMessage = problem(text.trim());
        }),
        input.onDidAccept(() => {
          const text = input.value.trim();
          input.validationMessage = problem(text);
          if (input.validationMessage === undefined) resolve(text);
        }),
      ]);
    });
  }

  async read<T>(body: () => Promise<T>): Promise<T> {
    const progress = { location: ProgressLocation.Window, title: l10n.t("Reading the cluster") };
    // A failure is kept as well: whoever forgives it must meet it again.
    const { value, error } = await this.#next(false, () =>
      Promise.resolve(window.withProgress(progress, body)).then(
        (read): Reading<T> => ({ value: read, error: undefined }),
        (reason: unknown): Reading<T> => ({ value: undefined, error: reason }),
      ),
    );
    if (error !== undefined) throw error;
    return value as T; // without an error there is one
  }

  leave(): never {
    throw new Left();
  }

  async #next<T>(isAsked: boolean, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers[this.#at++];
    // The flow is the same up to here, so this is the answer to the same question.
    if (known !== undefined) return known.value as T;
    const value = await ask();
    this.#answers.push({ isAsked, value });
    return value;
  }

  /** Shows the input until there is an answer, the user goes back, or leaves. */
  #shown<T>(
    input: ReturnType<typeof window.createInputBox> | ReturnType<typeof window.createQuickPick>,
    listen: (resolve: (value: T) => void) => readonly Disposable[],
  ): Promise<T> {
    const asked = this.#answers.filter(({ isAsked }) => isAsked).length;
    input.title = this.#title;
    input.step = asked + 1;
    input.ignoreFocusOut = true;
    input.buttons = asked > 0 ? [QuickInputButtons.Back] : [];
    return new Promise<T>((resolve, reject) => {
      const subscriptions: readonly Disposable[] = [
        ...listen((value) => {
          resolve(value);
          input.hide();
        }),
        input.onDidTriggerButton(() => {
          reject(new WentBack());
          input.hide();
        }),
        input.onDidHide(() => {
          // Nothing, where there was an answer before.
          reject(new Left());
          for (const subscription of subscriptions) subscription.dispose();
          input.dispose();
        }),
      ];
      input.show();
    });
  }
}
