import { type Message, t } from "../../model/message.ts";
import { displayPath } from "../files/uris.ts";
import type { AppliedFix } from "../fixing/apply.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import type { CheckedFile } from "../project.ts";
import { nameOf } from "./pretty.ts";

/** What was fixed in which file, ended by an empty line; empty when nothing was. */
export function fixedList(
  applied: readonly AppliedFix[],
  files: readonly CheckedFile[],
  { cwd, colors, say }: Terminal,
): string {
  const blocks = files.map(({ path, uri }) => {
    const lines = applied
      .filter((fix) => fix.uri === uri)
      .map(({ ruleId, title, resource }) => {
        const name = resource === undefined ? "" : `  ${colors.dim(nameOf(resource))}`;
        return `  ${colors.bold(ruleId)} ${printable(say(title))}${name}\n`;
      });
    return `${say(fixedIn(lines.length))} ${colors.cyan(printable(displayPath(cwd, path)))}\n${lines.join("")}\n`;
  });
  return blocks.join("");
}

function fixedIn(n: number): Message {
  return n === 1 ? t("Fixed 1 problem in") : t("Fixed {n} problems in", { n });
}
