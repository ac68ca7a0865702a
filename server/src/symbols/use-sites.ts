import { gatewayApiUses } from "./sites/gateway-api.ts";
import { istioUses } from "./sites/istio.ts";
import { managementUses } from "./sites/management.ts";
import { podUses } from "./sites/pods.ts";
import { rolloutUses } from "./sites/rollouts.ts";
import { selectorUses } from "./sites/selectors.ts";
import type { UseSite } from "./targets.ts";

/** Every place where a name is used, and what it refers to. Adding one is one entry in the table of its field. */
export const useSites: readonly UseSite[] = [
  ...istioUses,
  ...gatewayApiUses,
  ...selectorUses,
  ...podUses,
  ...rolloutUses,
  ...managementUses,
];
