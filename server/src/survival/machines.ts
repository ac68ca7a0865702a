import { type Message, t } from "../model/message.ts";
import { nodeAt, present, stringOf } from "../model/node.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { podSpecPath } from "../workspace/spread.ts";
import type { Workload } from "../workspace/workload.ts";
import { type Posture, plain, type State, type Verdict } from "./verdict.ts";

const NO_ROLLOUT = plain("none", t("A virtual machine has no rollout: it is changed in place."));

/** What a drain does to a machine, by its evictionStrategy (kubevirt staging/src/kubevirt.io/api/core/v1/types.go). */
const DRAINS: Readonly<Record<string, { state: State; stay: number; text: Message }>> = {
  LiveMigrate: {
    state: "guaranteed",
    stay: 1,
    text: t(
      "The 1 machine keeps running: it moves to another node alive, and the drain waits where it cannot.",
    ),
  },
  External: {
    state: "guaranteed",
    stay: 1,
    text: t("The 1 machine keeps running: the drain waits until another controller has moved it."),
  },
  LiveMigrateIfPossible: {
    state: "notGuaranteed",
    stay: 0,
    text: t("The 1 machine is stopped where it cannot move alive, and starts again on another node."),
  },
  None: {
    state: "notGuaranteed",
    stay: 0,
    text: t("The 1 machine is stopped, and starts again on another node."),
  },
};

/** A virtual machine is one of its kind: what takes its node takes it. */
export function machinePosture(snapshot: Snapshot, workload: Workload): Posture {
  const gone = lost(0, t("The 1 machine is gone until it has started on another node."));
  return { nodeLoss: gone, zoneLoss: gone, drain: drainOf(snapshot, workload), rollout: NO_ROLLOUT };
}

function drainOf(snapshot: Snapshot, workload: Workload): Verdict {
  const node = present(nodeAt(workload.podSpec, "evictionStrategy"));
  const isPatched = snapshot.layout.isPatched(workload.resource, podSpecPath(workload, "evictionStrategy"));
  const known = DRAINS[stringOf(node) ?? ""];
  if (isPatched || known === undefined)
    return plain(
      "unknown",
      t(
        "Whether a drain moves the 1 machine alive is not known here: the manifest states no evictionStrategy, and the cluster's own default counts.",
      ),
    );
  return { state: known.state, stay: known.stay, of: 1, sentences: [known.text] };
}

function lost(stay: number, text: Message): Verdict {
  return { state: "notGuaranteed", stay, of: 1, sentences: [text] };
}
