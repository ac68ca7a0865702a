import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, relative, sep } from "node:path";
import type { SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import type { Build } from "../render/build.ts";
import { planIn } from "../render/parts.ts";
import { exportFiles, type GitVersion } from "./git-files.ts";

/** Where a version of a repository is taken from. */
export interface VersionSource {
  /** Absolute path of the repository's top folder, written as the paths of its files are. */
  readonly root: string;
  readonly version: GitVersion;
}

/**
 * The files of another version that builds need, in a folder of their own that goes with `remove` or the process. Their
 * URIs are those of the files in the repository.
 */
export class VersionTree {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), "nines-base-")));
  readonly #sources: readonly VersionSource[];
  readonly #pathOf: (uri: string) => string | undefined;
  readonly #remove = () => rmSync(this.#folder, { recursive: true, force: true });

  /** `pathOf` gives the path of a URI in the repositories. */
  constructor(sources: readonly VersionSource[], pathOf: (uri: string) => string | undefined) {
    // The innermost repository is the one that holds a file.
    this.#sources = sources.toSorted((a, b) => b.root.length - a.root.length);
    this.#pathOf = pathOf;
    process.on("exit", this.#remove);
  }

  /** The path of a file of the version; undefined for one outside of the repositories. */
  readonly pathOf = (uri: string): string | undefined => {
    const path = this.#pathOf(uri);
    const place = path === undefined ? undefined : this.#placeOf(path);
    return place === undefined ? undefined : join(this.#folder, String(place.source), place.below);
  };

  /**
   * Writes what builds are made of. Returns why some of them cannot be built from it, by build; undefined when it was
   * cancelled.
   */
  async fill(
    builds: readonly Build[],
    fileOf: (uri: string) => SourceFile | undefined,
    timeout: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Build, Message> | undefined> {
    const parts = builds.map((build) => ({ build, places: this.#placesOf(build, fileOf) }));
    const reasons = new Map<Build, Message>();
    for (const [i, { root, version }] of this.#sources.entries()) {
      const own = parts.map(({ build, places }) => ({
        build,
        paths: places.flatMap(({ source, below }) => (source === i ? [below] : [])),
      }));
      const into = join(this.#folder, String(i));
      const paths = [...new Set(own.flatMap((each) => each.paths))];
      const outcome = await exportFiles({ root, version, paths, into, timeout }, signal);
      if (outcome.status === "cancelled") return undefined;
      for (const { build, paths: needed } of own)
        if (outcome.status === "failed") {
          if (needed.length > 0) reasons.set(build, outcome.reason);
        } else if (outcome.left.some((left) => needed.some((path) => isNear(path, left))))
          reasons.set(build, linked());
    }
    return reasons;
  }

  remove(): void {
    process.off("exit", this.#remove);
    this.#remove();
  }

  #placesOf(build: Build, fileOf: (uri: string) => SourceFile | undefined) {
    return partsOf(build, fileOf).flatMap((uri) => {
      const path = this.#pathOf(uri);
      const place = path === undefined ? undefined : this.#placeOf(path);
      return place === undefined ? [] : [{ ...place, below: place.below.split(sep).join("/") }];
    });
  }

  #placeOf(path: string): { readonly source: number; readonly below: string } | undefined {
    for (const [source, { root }] of this.#sources.entries()) {
      const below = relative(root, path);
      if (!isAbsolute(below) && below !== ".." && !below.startsWith(`..${sep}`)) return { source, below };
    }
    return undefined;
  }
}

/** What a build is made of: a whole chart, or the files of a kustomization and what it builds on. */
function partsOf({ kind, folder, file }: Build, fileOf: (uri: string) => SourceFile | undefined): string[] {
  if (kind === "chart") return [folder];
  return [file, ...(planIn(folder, fileOf)?.inputs ?? [])];
}

/** Whether one of two paths is the other, or lies in it. */
function isNear(a: string, b: string): boolean {
  return a === "" || a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

function linked(): Message {
  return t("It holds links or submodules, which are not followed in another version of the files.");
}
