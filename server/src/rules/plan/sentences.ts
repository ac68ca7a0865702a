import { type Message, t } from "../../model/message.ts";
import { leavesOf, type Term } from "../../recovery/term.ts";

/** How many assumptions are shown with a finding; the rest is in the timeline and in `nines objectives`. */
const SHOWN = 2;

/** What terms take for granted or leave open, and further notes, as sentences; nothing where all is written down. */
export function assumedIn(terms: readonly Term[], notes: readonly Message[]): readonly Message[] {
  const reasons = leavesOf(terms).flatMap(({ origin }) =>
    origin.kind === "assumed" || origin.kind === "unknown" ? [origin.reason] : [],
  );
  const all = [...new Map([...notes, ...reasons].map((each) => [JSON.stringify(each), each])).values()];
  const [first, ...others] = all.slice(0, SHOWN);
  if (first === undefined) return [];
  const more = all.length - SHOWN;
  return inARow([
    t(" Assumed or not known: {assumption}", { assumption: [first] }),
    ...others.map((each): Message => ({ text: " {assumption}", values: { assumption: [each] } })),
    ...(more > 0 ? [t(" And {more} more.", { more })] : []),
  ]);
}

/** Sentences one behind the other, as a list would put commas between them. */
function inARow(sentences: readonly Message[]): readonly Message[] {
  const values = Object.fromEntries(sentences.map((each, i) => [`s${i}`, [each]]));
  return [{ text: sentences.map((_, i) => `{s${i}}`).join(""), values }];
}
