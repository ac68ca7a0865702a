import type { Message } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { areFlagsPatched, controlPlanePrograms } from "../workspace/program-flags.ts";
import { nearest } from "../workspace/scope.ts";
import { parseDuration } from "./durations.ts";
import { exactly, UNKNOWN } from "./estimate.ts";
import { leaf, type Term, type TermId } from "./term.ts";
import type { World } from "./world.ts";

/** Manifests that start the control plane's programs. A Pod's name is the program's, perhaps with its node's behind it. */
const TYPES = ["kubeadm.k8s.io/ClusterConfiguration", "controlplane.cluster.x-k8s.io/KubeadmControlPlane"];

/** A flag of a control-plane program. */
export interface ProgramFlag {
  readonly program: "kube-apiserver" | "kube-controller-manager";
  readonly name: string;
  /** Whether a plain number means seconds (an int flag) or the value is a duration. */
  readonly isSeconds: boolean;
}

/**
 * The time that a flag of the control plane gives, by the manifests nearest to the plan; of several the longest.
 * Undefined when none of them has the flag.
 */
export function flagTerm(
  { plan, snapshot }: World,
  flag: ProgramFlag,
  id: TermId,
  name: Message,
  unreadable: Message,
): Term | undefined {
  const found = [
    ...TYPES.flatMap((type) => snapshot.find("type", type)),
    ...snapshot.find("name", `/Pod/${flag.program}`),
  ].filter((resource) => snapshot.layout.completenessOf(resource) === "complete");
  const terms = nearest(snapshot, plan.resource, found, (resource) => resource).flatMap((resource) =>
    valuesIn(resource, flag).map(({ seconds, place }) =>
      seconds === undefined || areFlagsPatched(snapshot, resource)
        ? leaf(id, name, UNKNOWN, { kind: "unknown", reason: unreadable, at: place })
        : leaf(id, name, exactly(seconds), { kind: "declared", at: place }),
    ),
  );
  const [first] = terms;
  if (first === undefined) return undefined;
  return terms.reduce(
    (longest, term) => (term.estimate.worst > longest.estimate.worst ? term : longest),
    first,
  );
}

function valuesIn(resource: Resource, { program, name, isSeconds }: ProgramFlag) {
  return controlPlanePrograms(resource)
    .filter((each) => each.name === program)
    .flatMap(({ flags }) => flags.filter((flag) => flag.name === name))
    .map(({ value, node }) => {
      const seconds = isSeconds && /^\d{1,9}$/.test(value) ? Number(value) : parseDuration(value);
      return {
        seconds: seconds !== undefined && seconds >= 0 ? seconds : undefined,
        place: resource.locate(node),
      };
    });
}
