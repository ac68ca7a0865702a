import { nodeAt, stringOf } from "../model/node.ts";
import { known } from "./fields.ts";
import type { Plan } from "./plan.ts";

/** A VirtualService whose namespace is known. */
export interface RouteName {
  readonly namespace: string;
  readonly name: string;
}

/** Whether a plan says anything about a VirtualService: how its traffic is moved, or how new versions get theirs. */
export function isAbout(plan: Plan, route: RouteName): boolean {
  return writtenIn(plan).some((written) => written !== undefined && isNamed(plan, written, route));
}

/** Whether a plan names any VirtualService, be it by a template. */
export function namesRoutes(plan: Plan): boolean {
  return writtenIn(plan).length > 0;
}

/** Whether `written` in a plan (`name`, `namespace/name`) means a VirtualService; without a namespace, that of the plan, or any. */
export function isNamed({ resource }: Plan, written: string, { namespace, name }: RouteName): boolean {
  const full = written.includes("/") ? written : `${resource.namespace ?? namespace}/${written}`;
  return full === `${namespace}/${name}`;
}

/** As it stands there; undefined where a template decides. */
function writtenIn({ strategies, release }: Plan): readonly (string | undefined)[] {
  return [
    ...strategies.items.flatMap(({ virtualService }) =>
      virtualService.state === "absent" ? [] : [known(virtualService)],
    ),
    ...[release?.canary, release?.blueGreen, release?.abTest].flatMap((part) => {
      const node = nodeAt(part, "virtualService");
      return node === undefined ? [] : [stringOf(node)];
    }),
  ];
}
