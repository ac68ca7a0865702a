import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { nodeAt, present } from "../../model/node.ts";
import { defineRule } from "../rule.ts";
import {
  type CephPool,
  copiesOf,
  isInStretchCluster,
  isPoolPatched,
  minimumOf,
  poolKinds,
  poolsOf,
} from "./ceph-pools.ts";

/** Copies that survive one failure while another one is being repaired. */
const SAFE = 3;

interface Payload {
  readonly pool: CephPool;
  /** The number of copies must be a multiple of those per failure domain, where that is set. */
  readonly isFixable: boolean;
}

export default defineRule<Payload>({
  id: "ceph-pool-size",
  title: "Ceph pool keeps fewer than three copies",
  severity: "error",
  appliesTo: poolKinds,
  docs: {
    why: "With one copy the first disk that fails takes its data with it. With two, Ceph's default lets a pool go on writing to the single copy that is left while the other one is away (`min_size` is half of `size`, rounded up: 1 of 2): a second failure during a drain or a repair loses what was written, and copies that came apart can no longer be told right from wrong.",
    how: "Set `replicated.size: 3` (4 in a stretch cluster) and see that there are as many failure domains. Where space is short, erasure coding with two coding chunks survives as much.",
    sources: [
      "https://rook.io/docs/rook/latest/CRDs/Block-Storage/ceph-block-pool-crd/",
      "https://docs.ceph.com/en/latest/rados/operations/pools/#setting-the-number-of-rados-object-replicas",
      "https://docs.ceph.com/en/latest/rados/configuration/pool-pg-config-ref/",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    if (isInStretchCluster(snapshot, resource)) return; // ceph-stretch says how many copies are needed
    for (const pool of poolsOf(resource)) {
      const copies = copiesOf(pool);
      if (
        copies === undefined ||
        copies >= SAFE ||
        isPoolPatched(snapshot, resource, pool, "replicated.size")
      )
        continue;
      context.report(resource.at([...pool.path, "replicated", "size"]), messageOf(pool, copies), {
        pool,
        isFixable: present(nodeAt(pool.node, "replicated.replicasPerFailureDomain")) === undefined,
      });
    }
  },
  fixes: [
    {
      id: "three-copies",
      title: () => t("Keep {copies} copies", { copies: SAFE }),
      preferred: false,
      needsConfirmation: true,
      edits: ({ pool, isFixable }, resource) =>
        isFixable ? setPath(resource, [...pool.path, "replicated", "size"], SAFE) : undefined,
    },
  ],
});

function messageOf(pool: CephPool, copies: number): Message {
  const values = { pool: pool.name, copies };
  if (copies === 1)
    return t(
      "{pool} keeps 1 copy of its data: the first disk that fails takes what is on it with it, for good. Set the size to 3.",
      values,
    );
  return minimumOf(pool) === copies
    ? t(
        "{pool} keeps {copies} copies and serves only while all of them are there (min_size {copies}): while one is away for a drain or a repair, all reads and writes of its data stop. Set the size to 3.",
        values,
      )
    : t(
        "{pool} keeps {copies} copies: while one is away for a drain or a repair, writes go to a single disk, and when that one fails too, they are lost. Set the size to 3.",
        values,
      );
}
