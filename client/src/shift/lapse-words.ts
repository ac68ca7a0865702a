import { l10n } from "vscode";
import type { ClusterLapse } from "../../../server/src/server/protocol.ts";

/** Of when what is known is, and why it is not newer. */
export function lapseWords(lapse: ClusterLapse | undefined): { short: string; long: string } | undefined {
  if (lapse?.problem === undefined) return undefined;
  const silent = l10n.t(
    "Until it can be read again, nothing that depends on it is called missing. It is tried again and again; “Nines: Refresh Cluster” tries at once.",
  );
  if (lapse.since === undefined)
    return { short: l10n.t("not read"), long: [lapse.problem, silent].join("\n") };
  const time = new Date(lapse.since).toLocaleTimeString();
  return {
    short: l10n.t("as of {0}", time),
    long: [l10n.t("What is known of the cluster is as of {0}.", time), lapse.problem, silent].join("\n"),
  };
}
