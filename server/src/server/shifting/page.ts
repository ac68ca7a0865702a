import type { Message } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import type { BasisLine } from "../../shifting/basis.ts";
import type { Check } from "../../traffic/shift/gates/check.ts";
import type { MemberView, ShiftView } from "../../traffic/shift/view.ts";
import type { ShiftCheck, ShiftDrill, ShiftMember, ShiftPage } from "./messages.ts";

/** What of a shift only its host knows. */
export interface PageContext {
  readonly basis: readonly BasisLine[];
  readonly shift: string;
  readonly now: number;
  readonly say: (message: Message) => string;
}

/** A shift as the client shows it: every sentence in the client's language. */
export function pageOf(view: ShiftView, { shift, basis, now, say }: PageContext): ShiftPage {
  return {
    shift,
    id: view.id,
    phase: view.phase,
    paused: view.paused,
    status: say(view.status),
    members: view.members.map((member) => memberOf(member, say)),
    steps: view.steps.map((step) => ({ ...step, title: say(step.title) })),
    checks: view.checks.map((check) => checkOf(check, say)),
    basis: basis.map(({ what, from }) => ({ what: say(what), from: say(from) })),
    actions: view.actions.map((action) => ({ ...action, label: say(action.label) })),
    log: view.log.map(({ at, message }) => ({ at, message: say(message) })),
    manual: view.manual,
    drill: view.drill && drillOf(view.drill),
    now,
  };
}

function drillOf({ answeredAfter, rto }: NonNullable<ShiftView["drill"]>): ShiftDrill {
  const isKnown = answeredAfter !== undefined && rto !== undefined;
  return {
    promised: rto === undefined ? undefined : formatDuration(rto),
    answered: answeredAfter === undefined ? undefined : formatDuration(answeredAfter),
    inTime: isKnown ? answeredAfter <= rto : undefined,
  };
}

function memberOf({ edit, ...member }: MemberView, say: PageContext["say"]): ShiftMember {
  return {
    ...member,
    checks: member.checks.map((check) => checkOf(check, say)),
    reverts: member.reverts.map(say),
    editable: edit !== undefined,
  };
}

function checkOf(
  { id, level, message, evidence, query, accept }: Check,
  say: PageContext["say"],
): ShiftCheck {
  return { id, level, message: say(message), evidence: evidence.map(say), query, accept };
}
