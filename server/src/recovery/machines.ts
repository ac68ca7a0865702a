import { t } from "../model/message.ts";
import { ASSUMED } from "./assumed.ts";
import { between, NEVER, UNKNOWN } from "./estimate.ts";
import { known } from "./fields.ts";
import type { VSphere } from "./plan-platforms.ts";
import { leaf, named, type Term } from "./term.ts";
import type { World } from "./world.ts";

/**
 * What a lost host costs its virtual machines: about 15 s without heartbeats, up to 30 s where the host is only
 * isolated, then boot and start of the application (vSphere Availability, host failure types and detection).
 */
export function hostLossParts({ plan: { resource } }: World, { node, ha }: VSphere): readonly Term[] {
  const isOff = ha !== undefined && (known(ha.enabled) === false || known(ha.hostMonitoring) === "disabled");
  if (isOff)
    return [
      leaf("detection", t("vSphere HA is off"), NEVER, { kind: "declared", at: resource.locate(ha.node) }),
    ];
  if (ha === undefined || known(ha.enabled) !== true)
    return [
      leaf("detection", named("vSphere HA"), UNKNOWN, {
        kind: "unknown",
        reason: t("The plan does not say whether vSphere HA is on. State `ha.enabled` of the cluster."),
        at: resource.locate(node),
      }),
    ];
  return [
    leaf("detection", t("lost host noticed"), between(15, 30), {
      kind: "default",
      reason: t("vSphere HA notices a host without heartbeats after about 15 s, an isolated one after 30 s."),
    }),
    leaf("start", t("boot and start"), between(0, ASSUMED.vmStart), {
      kind: "assumed",
      reason: t("A virtual machine is taken to boot and start its application within 2 minutes."),
    }),
  ];
}
