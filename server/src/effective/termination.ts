import { type Message, t } from "../model/message.ts";
import { valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { containerPath } from "../workspace/probes.ts";
import { DEFAULT_GRACE_SECONDS, graceOf, preStopWait } from "../workspace/shutdown.ts";
import { podSpecPath } from "../workspace/spread.ts";
import { servingContainers, type Workload, workloadOf } from "../workspace/workload.ts";
import { type Meaning, meaning, type World } from "./meaning.ts";
import { placeIn } from "./place.ts";

const FIELD = "terminationGracePeriodSeconds";

/** The kubelet lets a process that was still in its hook go on for so long (pkg/kubelet/kuberuntime). */
const EXTENSION_SECONDS = 2;

/** The grace period and preStop hooks: how long a process has after SIGTERM. */
export function terminationMeanings(resource: Resource, { snapshot }: World): readonly Meaning[] {
  const workload = workloadOf(resource);
  if (workload === undefined || snapshot.layout.isPatched(resource, podSpecPath(workload, FIELD))) return [];
  const grace = valueOr(graceOf(workload), DEFAULT_GRACE_SECONDS);
  if (grace === undefined || grace < 0) return [];
  const place = placeIn(resource.document, workload.podSpec, FIELD);
  const hooks = servingContainers(workload).flatMap((container) => {
    const wait = preStopWait(container);
    const isPatched = snapshot.layout.isPatched(resource, containerPath(workload, container, "lifecycle"));
    const at = isPatched ? undefined : placeIn(resource.document, container.node, "lifecycle.preStop");
    return wait === undefined || at === undefined ? [] : [{ seconds: wait.seconds, at }];
  });
  const longest = Math.max(0, ...hooks.map(({ seconds }) => seconds));
  const left = Math.max(grace - longest, 0);
  const ofGrace =
    longest > 0 && grace > 0
      ? meaning(place, [afterHook(grace, longest), whatFollows(workload)], {
          short: t("{left} s after preStop", { left }),
        })
      : meaning(place, [grace === 0 ? atOnce() : withoutHook(grace)]);
  const ofHooks = hooks.flatMap(({ seconds, at }) =>
    meaning(at, [grace === 0 ? atOnce() : afterHook(grace, seconds)], {
      short: t("{left} of {grace} s left", { left: Math.max(grace - seconds, 0), grace }),
      // The grace period shows it where it is written.
      plain: place !== undefined,
    }),
  );
  return [...ofGrace, ...ofHooks];
}

function afterHook(grace: number, seconds: number): Message {
  const left = grace - seconds;
  return left > 0
    ? t(
        "The hook's {seconds} s count towards the {grace} s of grace: after SIGTERM the process has {left} s until it is killed.",
        { seconds, grace, left },
      )
    : t(
        "The hook takes the whole grace period of {grace} s: after SIGTERM the process has {extension} s until it is killed.",
        { grace, extension: EXTENSION_SECONDS },
      );
}

function withoutHook(grace: number): Message {
  return t("After SIGTERM the process has {grace} s until it is killed; it may end sooner.", { grace });
}

function atOnce(): Message {
  return t("0 kills the pod at once: no hook, no SIGTERM.");
}

function whatFollows({ resource }: Workload): Message | undefined {
  return resource.kind === "StatefulSet"
    ? t("Its successor starts when it has ended.")
    : t("New requests stop coming while the hook waits, once every proxy knows that the pod is leaving.");
}
