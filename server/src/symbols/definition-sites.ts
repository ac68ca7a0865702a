import { podOwners } from "../workspace/workload.ts";
import type { DefinitionSite } from "./targets.ts";
import {
  CONFIG_MAP,
  DESTINATION_RULE,
  GATEWAY,
  KUSTOMIZATION,
  SECRET,
  SERVICE,
  SERVICE_ENTRY,
  VIRTUAL_SERVICE,
} from "./types.ts";

/** Every place where a name is given. Adding one is one entry. */
export const definitionSites: readonly DefinitionSite[] = [
  { sort: "resource", at: ["metadata.name"] },
  { sort: "resource", in: [KUSTOMIZATION], at: ["configMapGenerator[].name"], as: CONFIG_MAP },
  { sort: "resource", in: [KUSTOMIZATION], at: ["secretGenerator[].name"], as: SECRET },
  { sort: "label", in: podOwners, at: ["@template.metadata.labels"] },
  {
    sort: "containerPort",
    in: podOwners,
    at: ["@containers.ports[].name", "@containers.ports[].containerPort"],
  },
  { sort: "volume", in: podOwners, at: ["@pod.volumes[].name", "spec.volumeClaimTemplates[].metadata.name"] },
  { sort: "servicePort", in: [SERVICE], at: ["spec.ports[].name", "spec.ports[].port"] },
  { sort: "servicePort", in: [SERVICE_ENTRY], at: ["spec.ports[].name", "spec.ports[].number"] },
  { sort: "host", in: [SERVICE_ENTRY], at: ["spec.hosts[]"] },
  { sort: "subset", in: [DESTINATION_RULE], at: ["spec.subsets[].name"] },
  { sort: "route", in: [VIRTUAL_SERVICE], at: ["spec.http[].name"] },
  { sort: "listener", in: [GATEWAY], at: ["spec.listeners[].name"] },
];
