import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { valueOr } from "../../model/node.ts";
import { defineRule } from "../rule.ts";
import { DEFAULTS, patroniKinds, type Timing, timingOf, timingPath } from "./patroni.ts";

const TIMINGS: readonly Timing[] = ["ttl", "loop_wait", "retry_timeout"];

export default defineRule<number>({
  id: "patroni-timeouts",
  title: "Patroni's lease is shorter than its retries",
  severity: "warning",
  appliesTo: patroniKinds,
  docs: {
    why: "The primary renews its lease every `loop_wait` and tries twice, each time for up to `retry_timeout`. With `ttl < loop_wait + 2 × retry_timeout` the lease runs out while it still tries: a short hitch of etcd or of the Kubernetes API demotes a healthy primary. Newer versions of Patroni lower the other two by themselves and say so in a log line; what runs is then not what the manifest says.",
    how: "Raise `ttl`, which makes the detection of a lost primary slower by as much, or lower `retry_timeout`. Patroni's defaults are 30, 10 and 10 seconds.",
    sources: [
      "https://patroni.readthedocs.io/en/latest/dynamic_configuration.html",
      "https://github.com/patroni/patroni/blob/master/patroni/config.py",
      "https://github.com/zalando/postgres-operator/blob/master/docs/reference/cluster_manifest.md",
    ],
  },
  check(resource, context) {
    const read = TIMINGS.map((timing) => ({ timing, field: timingOf(resource, timing) }));
    if (read.every(({ field }) => field.state === "absent")) return;
    if (context.snapshot.layout.isPatched(resource, "spec.patroni")) return;
    const [ttl, loop, retry] = read.map(({ timing, field }) => valueOr(field, DEFAULTS[timing]));
    if (ttl === undefined || loop === undefined || retry === undefined) return;
    const needed = loop + 2 * retry;
    if (ttl >= needed) return;
    const shown = read.find(({ field }) => field.state === "known")?.timing ?? "ttl";
    const at = timingOf(resource, "ttl").state === "known" ? "ttl" : shown;
    context.report(
      resource.at(timingPath(resource, at)),
      t(
        "A lease of {ttl} s runs out before the primary has tried to renew it: loop_wait {loop} s + 2 × retry_timeout {retry} s = {needed} s. A short hitch of the cluster's API demotes a healthy primary, or Patroni lowers the values by itself. Use a ttl of {needed} s.",
        { ttl, loop, retry, needed },
      ),
      needed,
    );
  },
  fixes: [
    {
      id: "raise-ttl",
      title: (needed) => t("Set ttl to {seconds} s", { seconds: needed }),
      preferred: false,
      edits: (needed, resource) => setPath(resource, timingPath(resource, "ttl"), needed),
    },
  ],
});
