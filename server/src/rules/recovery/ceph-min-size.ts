import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { defineRule } from "../rule.ts";
import { type CephPool, copiesOf, isPoolPatched, minimumOf, poolKinds, poolsOf } from "./ceph-pools.ts";

interface Payload {
  readonly pool: CephPool;
  readonly copies: number | undefined;
}

export default defineRule<Payload>({
  id: "ceph-min-size",
  title: "Ceph pool accepts writes with one copy left",
  severity: "error",
  appliesTo: poolKinds,
  docs: {
    why: "`min_size` is the number of copies that must be there for a placement group to serve. At 1, Ceph confirms writes that only one disk has: when that disk fails before the others are back, the writes are gone although the pool has a size of three, and when the others come back first, Ceph may have to choose between older copies and none.",
    how: 'Use `min_size: "2"` with three copies, which is what Ceph does when nothing is said. Lower it for an emergency by hand, not in the manifest.',
    sources: [
      "https://rook.io/docs/rook/latest/CRDs/Block-Storage/ceph-block-pool-crd/",
      "https://docs.ceph.com/en/latest/rados/operations/pools/#setting-the-number-of-rados-object-replicas",
    ],
  },
  check(resource, context) {
    for (const pool of poolsOf(resource)) {
      const copies = copiesOf(pool);
      // With one copy there is nothing else to ask for: the number of copies is what is wrong.
      if (minimumOf(pool) !== 1 || copies === 1) continue;
      if (isPoolPatched(context.snapshot, resource, pool, "parameters.min_size")) continue;
      context.report(
        resource.at([...pool.path, "parameters", "min_size"]),
        copies === 2
          ? t(
              "min_size: 1 lets {pool} confirm writes that a single disk has: when that disk fails before the other copy is back, they are lost. Set it to 2 and the size to 3: with 2 of 2 it would stop for every drain.",
              { pool: pool.name },
            )
          : t(
              "min_size: 1 lets {pool} confirm writes that a single disk has: when that disk fails before the other copies are back, they are lost. Set it to 2.",
              { pool: pool.name },
            ),
        { pool, copies },
      );
    }
  },
  fixes: [
    {
      id: "min-size-2",
      title: () => t("Set min_size to 2"),
      preferred: false,
      edits: ({ pool, copies }, resource) =>
        copies !== undefined && copies >= 3
          ? setPath(resource, [...pool.path, "parameters", "min_size"], "2")
          : undefined,
    },
  ],
});
