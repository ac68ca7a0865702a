import type { AdmissionPolicy } from "../policy.ts";
import autoscalerCannotScale from "./autoscaler-cannot-scale.ts";
import cnpgInstances from "./cnpg-instances.ts";
import cnpgPdbOff from "./cnpg-pdb-off.ts";
import cnpgSyncImpossible from "./cnpg-sync-impossible.ts";
import faultLeftIn from "./fault-left-in.ts";
import gslbNoPrimary from "./gslb-no-primary.ts";
import httprouteNoTraffic from "./httproute-no-traffic.ts";
import pdbBlocksDrain from "./pdb-blocks-drain.ts";
import pdbSelectorEmpty from "./pdb-selector-empty.ts";
import pdbUnhealthyPodsBlock from "./pdb-unhealthy-pods-block.ts";
import probeTimeoutExceedsPeriod from "./probe-timeout-exceeds-period.ts";
import probeTooSlow from "./probe-too-slow.ts";
import probesIdentical from "./probes-identical.ts";
import rolloutAutoPromotes from "./rollout-auto-promotes.ts";
import rolloutImpossible from "./rollout-impossible.ts";
import rolloutOutage from "./rollout-outage.ts";
import rolloutPartitionLeft from "./rollout-partition-left.ts";
import rolloutStepsUnguarded from "./rollout-steps-unguarded.ts";
import startupProbePreferred from "./startup-probe-preferred.ts";
import storageClassDeletes from "./storage-class-deletes.ts";
import weightIgnored from "./weight-ignored.ts";
import weightsSum from "./weights-sum.ts";

/** Every rule that can be expressed over one object, by id. A new one is a file and two lines here. */
export const policies: readonly AdmissionPolicy[] = [
  autoscalerCannotScale,
  cnpgInstances,
  cnpgPdbOff,
  cnpgSyncImpossible,
  faultLeftIn,
  gslbNoPrimary,
  httprouteNoTraffic,
  pdbBlocksDrain,
  pdbSelectorEmpty,
  pdbUnhealthyPodsBlock,
  probeTimeoutExceedsPeriod,
  probeTooSlow,
  probesIdentical,
  rolloutAutoPromotes,
  rolloutImpossible,
  rolloutOutage,
  rolloutPartitionLeft,
  rolloutStepsUnguarded,
  startupProbePreferred,
  storageClassDeletes,
  weightIgnored,
  weightsSum,
];
