import { t } from "../../../model/message.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { at, listOf, textAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { known, type Read, readList, unknown } from "./read.ts";

/** The ReplicaSet of the revision before the present one of a Rollout. */
export async function readFormerRevision(
  cluster: Cluster,
  rollout: KubeObject,
  signal: AbortSignal,
): Promise<Read<string>> {
  const { namespace, uid } = rollout.metadata;
  const current = textAt(rollout, "status", "currentPodHash");
  const outcome = await cluster.list(
    KINDS.replicaSet,
    { namespace },
    (object) => {
      const owned = listOf(at(object, "metadata", "ownerReferences")).some(
        (owner) => textAt(owner, "uid") === uid,
      );
      const { annotations, labels, name } = object.metadata;
      if (!owned || labels?.["rollouts-pod-template-hash"] === current) return undefined;
      return { name, revision: Number(annotations?.["rollout.argoproj.io/revision"]) || 0 };
    },
    signal,
  );
  const sets = readList(outcome, `ReplicaSets in ${namespace}`);
  if (!sets.known) return sets;
  const [last] = sets.value.toSorted((a, b) => b.revision - a.revision);
  return last === undefined
    ? unknown(
        t(
          "The ReplicaSet of the former revision is gone, so its Pod template is lost. Take it from version control.",
        ),
      )
    : known(last.name);
}
