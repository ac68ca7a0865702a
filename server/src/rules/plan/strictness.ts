import type { Node } from "../../model/node.ts";
import type { ItemLoss } from "../../recovery/data-loss.ts";
import type { ObjectiveRecovery } from "../../recovery/evaluate.ts";

/** Data that is promised to lose nothing, whose best surviving copy only follows. */
interface Following {
  readonly loss: ItemLoss;
  /** The replica or replication. */
  readonly node: Node;
}

/** The data of an objective whose best surviving copy is a replica or a replication that writes do not wait for. */
export function notStrict({ loss }: ObjectiveRecovery): readonly Following[] {
  return loss.recovery.items.flatMap((item) => {
    const { copy, estimate } = item;
    const follows = copy?.term.id === "lag" && (estimate.worst > 0 || estimate.open);
    return follows && copy !== undefined ? [{ loss: item, node: copy.node }] : [];
  });
}
