import { integerOf, itemsOf, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";

/** A port that a Service sends traffic to. */
export interface TargetPort {
  /** A container port's name or number. */
  readonly target: string | number;
  /** TCP, UDP or SCTP. */
  readonly protocol: string;
}

/** Where a Service sends traffic: `targetPort`, which is `port` when absent (pkg/apis/core/v1/defaults.go). */
export function targetPortsOf(service: Resource): readonly TargetPort[] {
  return itemsOf(service.get("spec.ports")).flatMap((item) => {
    const node = present(nodeAt(item, "targetPort")) ?? nodeAt(item, "port");
    const target = integerOf(node) ?? stringOf(node);
    return target === undefined ? [] : [{ target, protocol: stringOf(nodeAt(item, "protocol")) ?? "TCP" }];
  });
}
