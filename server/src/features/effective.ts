import type { Meaning, World } from "../effective/meaning.ts";
import { escapeMarkdown } from "./markdown.ts";
import type { Session } from "./session.ts";

/** What the meanings of a file depend on, as it is now. Good for one request. */
export function worldOf(session: Session, uri: string): World {
  return { snapshot: session.snapshot(), topology: session.configFor(uri).topology };
}

/** All that is said about a place, the most important sentence first. */
export function markdownOf(session: Session, { details }: Meaning): string {
  const [first = "", ...others] = details.map((detail) => escapeMarkdown(session.text(detail)));
  return [`**${first}**`, ...others].join(" ");
}
