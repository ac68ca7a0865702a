/** Where the rules' pages stand online. */
const PAGES = "https://github.com/nines-ha/nines/blob/main/docs/rules";

/** The address of a rule's page. */
export function rulePageUri(ruleId: string): string {
  return `${PAGES}/${encodeURIComponent(ruleId)}.md`;
}
