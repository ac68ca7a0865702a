/** Without other settings, whatever is called so. */
export const PRODUCTION: readonly string[] = ["*prod*"];

/** Whether a context is one of those whose name has to be typed before anything is written. `*` stands for any text. */
export function isProduction(context: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${expression}$`, "is").test(context);
  });
}
