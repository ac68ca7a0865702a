import { type Message, t } from "../model/message.ts";
import type { Verdict } from "./estimate.ts";
import type { Origin } from "./term.ts";

/** A verdict in a word. */
export const VERDICTS: Readonly<Record<Verdict, Message>> = {
  met: t("kept"),
  breached: t("broken"),
  unknown: t("not known"),
};

/** Where a number comes from, in words; places are said apart. */
export function originText(origin: Origin): Message | undefined {
  switch (origin.kind) {
    case "declared":
    case "parts":
      return undefined;
    case "measured":
      return t("measured");
    case "default":
      return t("default");
    case "assumed":
      return t("assumed");
    case "unknown":
      return t("not known");
  }
}
