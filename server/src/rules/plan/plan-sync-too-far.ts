import { t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import { definePlanRule, placeOfField } from "./plan-rule.ts";

/** Longest round trip that each provider supports between the sites that hold data, in milliseconds. */
const LIMITS: Readonly<Record<string, number>> = { vsan: 5 };

/** What stretched storage supports at most (vSphere Metro Storage Cluster, Ceph stretch mode). */
const USUAL = 10;

export default definePlanRule({
  id: "plan-sync-too-far",
  title: "Synchronous replication over too long a way",
  severity: "warning",
  docs: {
    why: "A synchronous write is acknowledged when the other site has it: every write waits for a round trip, and a database commit for several. Above 10 ms stretched storage is not supported, throughput per client drops below 100 writes a second, and every hiccup of the line stops the application.",
    how: "Keep synchronous copies within a metropolitan distance, and replicate asynchronously over longer ways, with an RPO that says so. vSAN supports at most 5 ms between the sites that hold data.",
    sources: [
      "https://techdocs.broadcom.com/us/en/vmware-cis/vsan/vsan/8-0/vsan-planning.html",
      "https://docs.ceph.com/en/latest/rados/operations/stretch-mode/",
      "https://knowledge.broadcom.com/external/article/312264",
    ],
  },
  check(plan, context) {
    for (const { mode, provider, rttMs, node } of plan.replication.items) {
      const rtt = known(rttMs);
      const limit = LIMITS[known(provider)?.toLowerCase() ?? ""] ?? USUAL;
      if (known(mode) !== "Synchronous" || rtt === undefined || rtt <= limit) continue;
      context.report(
        placeOfField(plan, rttMs, node),
        t(
          "Synchronous over a round trip of {rtt} ms, where {provider} supports {limit} ms: every write waits that long, so one client writes at most {writes} times a second. Bring the sites nearer together, or replicate asynchronously.",
          {
            rtt,
            limit,
            provider: known(provider) ?? [t("stretched storage")],
            writes: Math.floor(1000 / rtt),
          },
        ),
      );
    }
  },
});
