import { t } from "../../model/message.ts";
import { integerOf, type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import { formatSeconds, secondsOf } from "../../traffic/duration.ts";
import type { SplitRoute } from "../../traffic/weighted-route.ts";
import { defineRouteRule } from "../route-rule.ts";
import { isReplaced } from "./written.ts";

interface Options {
  readonly maximumAttempts: number;
}

/** Services in a row that the message counts with. */
const HOPS = 3;

export default defineRouteRule<"split", void, Options>({
  id: "retries-amplify",
  title: "Retries that multiply the load or never happen",
  severity: "warning",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService", "gateway.networking.k8s.io/HTTPRoute"],
  judges: ["complete", "patch"],
  options: {
    maximumAttempts: {
      default: 3,
      minimum: 0,
      description: "Most retries of one request that are no finding.",
    },
  },
  docs: {
    why: "Retries help against a single lost connection. Against a service that is overloaded or down they are the load that keeps it down: every retry is one more request, and services that call each other multiply them. And a retry needs time: the route's `timeout` counts for the first attempt and all retries together, so those that no longer fit are cut off or never made.",
    how: "Retry two or three times, only for what is safe to repeat (`retryOn`), and give `timeout` room for the attempts: `attempts` × `perTryTimeout` at least. `attempts` does not count the first try. Without a `retries` block Istio retries twice when a connection fails; `attempts: 0` switches that off. In a HTTPRoute it is `retry.attempts`, `timeouts.backendRequest` and `timeouts.request`.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry",
      "https://istio.io/latest/docs/concepts/traffic-management/#retries",
      "https://gateway-api.sigs.k8s.io/geps/gep-1731/",
      "https://sre.google/sre-book/addressing-cascading-failures/",
    ],
  },
  check(route, context) {
    const { resource, node } = route;
    const retries = retriesOf(route);
    const attempts = integerOf(retries.attempts);
    if (retries.attempts === undefined || attempts === undefined || attempts <= 0) return;
    if (isReplaced(context.snapshot, resource, route.platform === "istio" ? "spec.http" : "spec.rules"))
      return;
    if (attempts > context.options.maximumAttempts) {
      const tries = attempts + 1;
      context.report(
        resource.locate(retries.attempts),
        t(
          "With {attempts} retries one request becomes up to {tries} while the service fails, and up to {many} behind {hops} services in a row that all retry so: that load keeps an overloaded service down. Retry at most {most} times.",
          { attempts, tries, many: tries ** HOPS, hops: HOPS, most: context.options.maximumAttempts },
        ),
        undefined,
      );
    }
    const perTry = secondsOf(retries.perTry);
    const timeout = secondsOf(retries.timeout);
    if (retries.perTry === undefined || perTry === undefined || timeout === undefined) return;
    // No limit for a try, or for the request.
    if (perTry <= 0 || timeout <= 0 || attempts * perTry <= timeout) return;
    context.report(
      resource.locate(retries.perTry),
      t(
        "{attempts} retries of {perTry} take {total}, but the route gives up after {timeout}, the first try included: when tries time out, {made} of {attempts} retries are made in full and the rest is cut off. Raise the timeout, or lower one of the two.",
        {
          attempts,
          perTry: stringOf(retries.perTry) ?? "",
          total: formatSeconds(attempts * perTry),
          timeout: stringOf(retries.timeout) ?? "",
          made: Math.max(0, Math.floor(timeout / perTry + 1e-9) - 1),
        },
      ),
      undefined,
      { evidence: [node] },
    );
  },
});

interface Retries {
  readonly attempts: Node | undefined;
  readonly perTry: Node | undefined;
  readonly timeout: Node | undefined;
}

function retriesOf({ platform, node }: SplitRoute): Retries {
  const at = (path: string) => present(nodeAt(node, path));
  return platform === "istio"
    ? { attempts: at("retries.attempts"), perTry: at("retries.perTryTimeout"), timeout: at("timeout") }
    : {
        attempts: at("retry.attempts"),
        perTry: at("timeouts.backendRequest"),
        timeout: at("timeouts.request"),
      };
}
