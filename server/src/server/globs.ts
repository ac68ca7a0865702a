import picomatch from "picomatch";

/** Tells whether a path relative to a folder matches one of the globs, or lies below what does, as in `files.exclude`. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const all = globs.flatMap((glob) => {
    const plain = glob.replace(/^\.?\//, "").replace(/\/+$/, "");
    return [plain, `${plain}/**`];
  });
  return picomatch(all, { dot: true });
}
