import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import type { Goal } from "../goals/goal.ts";
import type { Intent } from "../intent.ts";
import { routesOfObject } from "../route.ts";
import { type MemberPlan, problem, single } from "./step.ts";

/** Names that mean parts of the request to Istio and not headers (networking/v1, HTTPMatchRequest.headers). */
const IGNORED_HEADERS: readonly string[] = ["uri", "scheme", "method", "authority"];

type AbIntent = Extract<Intent, { kind: "ab" }>;

/** Header routes in front of the one that takes the rest. */
export function planAb(object: KubeObject, intent: AbIntent): MemberPlan {
  const routes = routesOfObject(object).filter(({ list }) => list === "http");
  const chosen =
    intent.route === undefined
      ? routes.filter(({ takesAll }) => takesAll)
      : routes.filter(({ name, index }) => name === intent.route || `http[${index}]` === intent.route);
  const [route] = chosen;
  if (object.kind !== "VirtualService" || route === undefined || chosen.length > 1)
    return problem(
      t(
        "{kind} {name} has no single http route without conditions in front of which the header routes could stand. Say which with --route.",
        {
          kind: object.kind,
          name: object.metadata.name,
        },
      ),
    );
  const reserved = intent.routes.find(({ header }) => IGNORED_HEADERS.includes(header));
  if (reserved !== undefined)
    return problem(
      t("Istio ignores conditions on a header called {header}. Tell the variants apart by another one.", {
        header: reserved.header,
      }),
    );
  const twice = intent.routes.find(
    ({ name, exact }, i) => intent.routes.findIndex((one) => one.name === name || one.exact === exact) < i,
  );
  if (twice !== undefined)
    return problem(
      t(
        "Two variants would have the same route {name}. Give their header values that differ in more than case and punctuation.",
        { name: twice.name },
      ),
    );
  const goal: Goal = { kind: "insertRoutes", before: route.key, routes: intent.routes };
  return single(object, goal, "settle", 10);
}
