import { t } from "../../../model/message.ts";
import { formatSeconds } from "../../duration.ts";
import { weightsIn } from "../goals/weights.ts";
import { nameOfLeg } from "../leg.ts";
import { valueIfKnown } from "../reading/read.ts";
import type { SideTraffic } from "../reading/traffic.ts";
import type { ShiftEvent } from "../state.ts";
import { leastWindow, minimumSample, windowOf } from "../thresholds.ts";
import { connectionOf, readOnce, type Work } from "../work.ts";
import { present } from "./forward.ts";
import { readSituation } from "./gate.ts";

/** What Envoy writes as the response flag of a request that a fault failed. */
const INJECTED = "FI";

/**
 * Watches a step of a drill: that the failure is seen, then that the standby answers. A drill always goes back,
 * whatever it saw, and no later than `seconds` after each write.
 */
export async function soakDrill(
  work: Work,
  judge: "fault" | "answer",
  seconds: number,
  signal: AbortSignal,
): Promise<ShiftEvent | undefined> {
  const { clock } = work.deps;
  const begun = judge === "fault" ? work.failedSince : work.stepSince;
  const start = begun ?? clock.now();
  const end = start + seconds * 1000;
  while (clock.now() < end) {
    await clock.sleep(Math.min(work.thresholds.interval * 1000, end - clock.now()), signal);
    if (signal.aborted) return undefined;
    const lanes = await look(work, signal);
    if (signal.aborted) return undefined;
    if (judge === "fault" && lanes.some(({ traffic }) => failsInjected(traffic))) {
      work.note(
        t("The failure is seen by Prometheus {time} after it began.", {
          time: formatSeconds((clock.now() - start) / 1000),
        }),
      );
      return { type: "soakPass", ask: work.request.ask };
    }
    const standby = judge === "answer" ? lanes.find(({ grows }) => grows) : undefined;
    if (standby !== undefined && answers(standby.traffic, work))
      return answered(work, nameOfLeg(standby.leg));
  }
  work.note(
    judge === "fault"
      ? t(
          "The failure was not seen in the {seconds} s that the drill may take: no requests came, or nobody measures them. Nothing was learned; the fault is taken away.",
          { seconds },
        )
      : t("The standby did not answer in the {seconds} s that the drill may take. Traffic goes back.", {
          seconds,
        }),
  );
  return { type: "soakFail" };
}

/** A drill that waits for a person ends by itself as well: its fault fails real requests. */
export async function endDrill(
  work: Work,
  seconds: number,
  signal: AbortSignal,
): Promise<ShiftEvent | undefined> {
  const { clock } = work.deps;
  const end = (work.failedSince ?? clock.now()) + seconds * 1000;
  while (clock.now() < end && !signal.aborted)
    await clock.sleep(Math.min(work.thresholds.interval * 1000, end - clock.now()), signal);
  if (signal.aborted) return undefined;
  work.note(
    t("The {seconds} s that the drill may take are over. It ends, and its fault is taken away.", { seconds }),
  );
  return { type: "soakFail" };
}

/** The end of a good drill: it goes back. */
function answered(work: Work, leg: string): ShiftEvent {
  if (work.failedSince === undefined) {
    // A journal of an earlier version does not tell.
    work.note(
      t(
        "{leg} answers. When the failure began is not known any more; the drill is over, and traffic goes back.",
        {
          leg,
        },
      ),
    );
    return { type: "soakFail" };
  }
  const seconds = Math.round((work.deps.clock.now() - work.failedSince) / 1000);
  const intent = work.request.intents.find(({ kind }) => kind === "drill");
  const rto = intent?.kind === "drill" ? intent.rto : undefined;
  work.answeredAfter = seconds;
  if (rto === undefined)
    work.note(
      t("{leg} answered {seconds} s after the failure began. The drill is over; traffic goes back.", {
        leg,
        seconds,
      }),
    );
  else if (seconds <= rto)
    work.note(
      t(
        "{leg} answered {seconds} s after the failure began; the plan promises {rto} s. The drill is over; traffic goes back.",
        { leg, seconds, rto },
      ),
    );
  else
    work.note(
      t(
        "{leg} answered {seconds} s after the failure began, {more} s later than the {rto} s that the plan promises. Traffic goes back.",
        { leg, seconds, rto, more: seconds - rto },
      ),
    );
  return { type: "soakFail" };
}

interface Watched {
  readonly leg: { readonly host: string; readonly subset?: string };
  readonly grows: boolean;
  readonly traffic: SideTraffic;
}

async function look(work: Work, signal: AbortSignal): Promise<readonly Watched[]> {
  const { goal, member } = present(work);
  const connection = connectionOf(work, member.context);
  const weights = work.steps.flatMap((step) => weightsIn(step.goal) ?? []).at(-1);
  if (connection === undefined || weights === undefined) return [];
  const live = await readOnce(work, member, signal);
  if (!live.ok) return [];
  const since = Math.ceil((work.deps.clock.now() - (work.stepSince ?? 0)) / 1000);
  const window = Math.max(leastWindow(work.thresholds), Math.min(since, windowOf(work.thresholds)));
  const { baseline } = member;
  const view = { connection, object: live.value, goal: weights, baseline, window };
  const situation = await readSituation(work, view, signal);
  if (situation === undefined) return [];
  member.situation = situation;
  work.changed();
  const isOver = goal.kind === "all";
  return situation.lanes.map(({ leg, traffic, shareThen, shareNow }) => ({
    leg,
    traffic,
    grows: isOver ? shareNow > 0 : shareThen > shareNow,
  }));
}

function failsInjected({ sourceFailures, strayFailures }: SideTraffic): boolean {
  return [sourceFailures, strayFailures].some((read) => (valueIfKnown(read)?.get(INJECTED) ?? 0) > 0);
}

/** As many requests as a verdict needs would take long; one in ten of them tells that somebody is there. */
function answers({ sample, failures }: SideTraffic, work: Work): boolean {
  const seen = valueIfKnown(sample) ?? 0;
  const failed = valueIfKnown(failures);
  if (failed === undefined || seen < Math.max(1, minimumSample(work.thresholds) / 10)) return false;
  return (seen - failed) / seen >= work.thresholds.successRate;
}
