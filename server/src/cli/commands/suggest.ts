import { resolve } from "node:path";
import { type Message, t } from "../../model/message.ts";
import { rules } from "../../rules/registry.generated.ts";
import { loadChanged } from "../changes/introduced.ts";
import { EXIT } from "../errors.ts";
import { select } from "../files/select.ts";
import type { Terminal } from "../output/terminal.ts";
import { reportOf } from "../report.ts";
import { githubReview, isInDiff } from "../suggesting/github-review.ts";
import { type Group, grouped } from "../suggesting/group.ts";

export interface SuggestOptions {
  readonly since: string;
}

/**
 * `nines suggest`: the safe fixes of what a change brings about, as a review for GitHub's API
 * (https://docs.github.com/rest/pulls/reviews). Returns the exit code.
 */
export async function suggest(
  paths: readonly string[],
  { since }: SuggestOptions,
  { cwd, out, err, say }: Terminal,
): Promise<number> {
  const selection = select(cwd, paths);
  const { project, introduced, root, textBefore } = await loadChanged({ since }, selection, paths, cwd, {
    rules,
  });
  // Reviews name files from the repository's top folder.
  const { groups, left } = grouped(reportOf(project, root, { findings: introduced }).findings);
  const isShown = (group: Group) => isInDiff(group, textBefore(resolve(root, group.suggestion.place.file)));
  const shown = groups.filter(isShown);
  const others = [...left, ...groups.filter((group) => !isShown(group)).flatMap(({ findings }) => findings)];
  process.exitCode = project.failed ? EXIT.failed : EXIT.clean;
  out(`${JSON.stringify(githubReview(shown, others, since), null, 1)}\n`);
  err(`${say(outcome(shown.length, others.length, since))}\n`);
  return process.exitCode;
}

function outcome(n: number, others: number, since: string): Message {
  if (n + others === 0)
    return t("Nothing to suggest: there is no safe fix for what the work since {since} brought about.", {
      since,
    });
  return t(
    "{n} suggestions; {others} safe fixes more that a review cannot hold. `nines fix --since {since}` makes all of them.",
    { n, others, since },
  );
}
