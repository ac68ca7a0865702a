/** A moment at which the clocks of a time zone are changed. */
export interface Transition {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Seconds by which the zone is ahead of UTC until then. */
  readonly before: number;
  /** Seconds by which the clock is put forward; negative when it is put back. */
  readonly by: number;
}

const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Seconds by which a time zone is ahead of UTC at a moment; undefined when there is no such zone. */
export function offsetAt(timeZone: string, at: number): number | undefined {
  return isUtc(timeZone) ? 0 : clockOf(timeZone)?.(at);
}

function isUtc(timeZone: string): boolean {
  return timeZone === "UTC" || timeZone === "Etc/UTC" || timeZone === "GMT";
}

function clockOf(timeZone: string): ((at: number) => number) | undefined {
  // Offsets such as `+01:00` are known to JavaScript, but are no names of Go's time.LoadLocation.
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    return (at) =>
      offsetIn(format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "");
  } catch {
    return undefined; // a RangeError: no such zone
  }
}

function offsetIn(name: string): number {
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = OFFSET.exec(name) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -size : size;
}

const WEEK = 7 * 86_400_000;

/** When the clocks of a time zone are changed between two moments (milliseconds since 1970), in order. */
export function transitionsOf(timeZone: string, from: number, to: number): readonly Transition[] {
  const clock = isUtc(timeZone) ? undefined : clockOf(timeZone);
  if (clock === undefined) return [];
  const found: Transition[] = [];
  let before = clock(from);
  for (let week = from; week < to; week += WEEK) {
    const after = clock(week + WEEK);
    if (after !== before) found.push({ at: moment(clock, week, week + WEEK), before, by: after - before });
    before = after;
  }
  return found;
}

/** The first second between two moments at which the offset is another than at the first. */
function moment(clock: (at: number) => number, from: number, to: number): number {
  const before = clock(from);
  let low = from;
  let high = to;
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (clock(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
