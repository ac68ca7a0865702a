import { removeEntry } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { field, type Node, nodeAt, present, stringOf, valueOr } from "../../model/node.ts";
import { defineRouteRule } from "../route-rule.ts";
import { isReplaced } from "./written.ts";

/** The annotation that says why a fault is there. */
const DRILL = "nines/drill";

export default defineRouteRule<"split">({
  id: "fault-left-in",
  title: "Injected fault left in a route",
  severity: "warning",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService"],
  judges: ["complete", "patch"],
  docs: {
    why: "Fault injection is a test instrument: it delays or fails real requests. It never moves traffic to a standby, and while it is active Istio applies neither the timeouts nor the retries of its route. A fault that stays after the drill is an outage that monitoring takes for a broken service.",
    how: `Remove the \`fault\` block after the drill. While one is going on, say so with the annotation \`${DRILL}: "<until when, or why>"\` on the VirtualService: then the rule is silent. For failover use \`outlierDetection\` and locality settings in a DestinationRule.`,
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection",
      "https://istio.io/latest/docs/tasks/traffic-management/fault-injection/",
    ],
  },
  check(route, context) {
    const { resource, node } = route;
    const fault = present(nodeAt(node, "fault"));
    if (route.protocol !== "http" || fault === undefined) return;
    if ((resource.annotation(DRILL) ?? "").trim() !== "") return;
    const message = messageOf(delayOf(nodeAt(fault, "delay")), abortOf(nodeAt(fault, "abort")));
    if (message === undefined || isReplaced(context.snapshot, resource, "spec.http")) return;
    context.report(resource.at([...route.path, "fault"]), message, undefined, { evidence: [fault] });
  },
  fixes: [
    {
      id: "remove-fault",
      title: () => t("Remove the fault: requests are answered normally again"),
      // Whoever types a drill would lose it on saving.
      preferred: false,
      edits: (_, { resource, node }) => {
        const edit = removeEntry(resource.document, node, "fault");
        return edit === undefined ? undefined : [edit];
      },
    },
  ],
});

interface Effect {
  readonly percent: number;
  /** The delay, or the answer. */
  readonly what: string;
}

/** `percentage.value`, else the old `percent`; absent is 0 (pilot/pkg/networking/core/route/route.go, TranslateFault). */
function delayOf(delay: Node | undefined): Effect | undefined {
  const what = stringOf(nodeAt(delay, "fixedDelay"));
  const percentage = present(nodeAt(delay, "percentage"));
  const percent = percentOf(
    percentage === undefined ? nodeAt(delay, "percent") : nodeAt(percentage, "value"),
  );
  return what === undefined || percent === undefined || percent <= 0 ? undefined : { percent, what };
}

function abortOf(abort: Node | undefined): Effect | undefined {
  const http = stringOf(nodeAt(abort, "httpStatus"));
  const what = http === undefined ? stringOf(nodeAt(abort, "grpcStatus")) : `HTTP ${http}`;
  const percent = percentOf(nodeAt(abort, "percentage.value"));
  return what === undefined || percent === undefined || percent <= 0 ? undefined : { percent, what };
}

/** Undefined where unknown. */
function percentOf(node: Node | undefined): number | undefined {
  const read = (value: Node) =>
    value.kind === "scalar" && !value.unknown && typeof value.value === "number" ? value.value : undefined;
  return valueOr(field(node, read), 0);
}

function messageOf(delay: Effect | undefined, abort: Effect | undefined): Message | undefined {
  if (delay !== undefined && abort !== undefined) {
    return t(
      "A fault is left in: {delayed} % of the requests of this route wait {delay} more and {aborted} % fail with {answer}; its timeouts and retries are off.",
      { delayed: delay.percent, delay: delay.what, aborted: abort.percent, answer: abort.what },
    );
  }
  if (delay !== undefined) {
    return t(
      "A fault is left in: {percent} % of the requests of this route get a {delay} delay; its timeouts and retries are off.",
      {
        percent: delay.percent,
        delay: delay.what,
      },
    );
  }
  if (abort === undefined) return undefined;
  return t(
    "A fault is left in: {percent} % of the requests of this route fail with {answer}; its timeouts and retries are off.",
    {
      percent: abort.percent,
      answer: abort.what,
    },
  );
}
