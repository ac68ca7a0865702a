import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { nodeAt, stringOf } from "../../model/node.ts";
import { defineRule } from "../rule.ts";
import { type CephPool, copiesOf, isErasureCoded, isPoolPatched, poolKinds, poolsOf } from "./ceph-pools.ts";

export default defineRule<CephPool>({
  id: "ceph-failure-domain",
  title: "Ceph copies may all be on one host",
  severity: "warning",
  appliesTo: poolKinds,
  docs: {
    why: "The failure domain says what two copies of the same data may not share. `osd` keeps them on different disks only, so CRUSH may put all of them into one machine: a reboot makes the data unavailable and a lost machine loses it, whatever the number of copies.",
    how: "Use `host` (the default), or `zone`, `rack`… where the cluster has them: a pool needs as many of them as it keeps copies.",
    sources: [
      "https://rook.io/docs/rook/latest/CRDs/Block-Storage/ceph-block-pool-crd/",
      "https://docs.ceph.com/en/latest/rados/operations/crush-map/",
    ],
  },
  check(resource, context) {
    for (const pool of poolsOf(resource)) {
      const copies = copiesOf(pool);
      if (stringOf(nodeAt(pool.node, "failureDomain")) !== "osd") continue;
      // A single copy is no safer elsewhere.
      if (copies === 1 || (copies === undefined && !isErasureCoded(pool))) continue;
      if (isPoolPatched(context.snapshot, resource, pool, "failureDomain")) continue;
      context.report(
        resource.at([...pool.path, "failureDomain"]),
        copies === undefined
          ? t(
              "Failure domain “osd” lets all chunks of {pool} share one host: when it is rebooted, the data is unavailable, and when it is lost, so are they. Use “host”.",
              { pool: pool.name },
            )
          : t(
              "Failure domain “osd” lets all {copies} copies of {pool} share one host: when it is rebooted, the data is unavailable, and when it is lost, so are they. Use “host”.",
              { pool: pool.name, copies },
            ),
        pool,
      );
    }
  },
  fixes: [
    {
      id: "host",
      title: () => t("Keep copies on different hosts"),
      preferred: false,
      needsConfirmation: true,
      edits: (pool, resource) => setPath(resource, [...pool.path, "failureDomain"], "host"),
    },
  ],
});
