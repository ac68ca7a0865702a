import type { UseSite } from "../targets.ts";
import * as type from "../types.ts";
import { resource, service } from "./common.ts";

const canary = "spec.strategy.canary";
const blueGreen = "spec.strategy.blueGreen";
const istio = `${canary}.trafficRouting.istio`;
const rule = resource([type.DESTINATION_RULE]);
const virtualService = resource([type.VIRTUAL_SERVICE]);

/** Where an Argo Rollout uses names (argo-rollouts pkg/apis/rollouts/v1alpha1/types.go). */
export const rolloutUses: readonly UseSite[] = [
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.stableService`,
      `${canary}.canaryService`,
      `${canary}.pingPong.pingService`,
      `${canary}.pingPong.pongService`,
      `${blueGreen}.activeService`,
      `${blueGreen}.previewService`,
    ],
    to: service,
  },
  {
    in: [type.ROLLOUT],
    at: [`${istio}.virtualService.name`, `${istio}.virtualServices[].name`],
    to: virtualService,
  },
  {
    in: [type.ROLLOUT],
    at: [`${istio}.virtualService.routes[]`, `${istio}.virtualServices[].routes[]`],
    to: { sort: "route", of: { by: "name", at: "../name", target: virtualService } },
  },
  { in: [type.ROLLOUT], at: [`${istio}.destinationRule.name`], to: rule },
  {
    in: [type.ROLLOUT],
    at: [`${istio}.destinationRule.canarySubsetName`, `${istio}.destinationRule.stableSubsetName`],
    to: { sort: "subset", of: { by: "name", at: "name", target: rule } },
  },
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.trafficRouting.nginx.stableIngress`,
      `${canary}.trafficRouting.nginx.stableIngresses[]`,
      `${canary}.trafficRouting.alb.ingress`,
    ],
    to: resource([type.INGRESS]),
  },
  {
    in: [type.ROLLOUT],
    at: [
      `${canary}.analysis`,
      `${canary}.steps[].analysis`,
      `${blueGreen}.prePromotionAnalysis`,
      `${blueGreen}.postPromotionAnalysis`,
    ].map((place) => `${place}.templates[].templateName`),
    to: resource([type.ANALYSIS, type.CLUSTER_ANALYSIS], { lastIf: "clusterScope" }),
  },
];
