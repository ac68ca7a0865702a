import { readManifest } from "../../files/read.ts";
import { walkManifests } from "../../files/walk.ts";

/** More manifests than this are not looked through: somebody runs a shift from the root of a disk. */
const MOST_FILES = 5000;

/** A manifest below a folder. */
export interface ManifestText {
  readonly path: string;
  readonly text: string;
}

/** The manifests below a folder whose text mentions something. What cannot be read is left out. */
export function manifestsWith(folder: string, mention: RegExp): readonly ManifestText[] {
  const found: ManifestText[] = [];
  let seen = 0;
  const nothing = () => false;
  for (const paths of walkManifests(folder, nothing, () => {})) {
    for (const path of paths) {
      if (++seen > MOST_FILES) return found;
      const outcome = readManifest(path, false);
      if (outcome !== undefined && "text" in outcome && mention.test(outcome.text))
        found.push({ path, text: outcome.text });
    }
  }
  return found;
}
