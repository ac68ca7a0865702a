import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GIT_ENVIRONMENT } from "../git-environment.ts";
import { folderOf } from "./nines.ts";

/** A Git repository in a folder of its own, removed after the tests. */
export interface TestRepository {
  readonly folder: string;
  git(...args: string[]): string;
  write(path: string, content: string): void;
  remove(path: string): void;
  /** Commits everything. */
  commit(message?: string): void;
}

/** A repository on the branch `main` whose first commit holds these files. */
export function repositoryOf(files: Readonly<Record<string, string | Buffer | undefined>>): TestRepository {
  const repository = repositoryIn(folderOf(files));
  repository.git("init", "--quiet", "--initial-branch=main");
  repository.commit("first");
  return repository;
}

/** What a folder holds as a repository, a clone for instance. */
export function repositoryIn(folder: string): TestRepository {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: folder,
      encoding: "utf8",
      env: GIT_ENVIRONMENT,
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    folder,
    git,
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    remove: (path) => rmSync(join(folder, path)),
    commit(message = "more") {
      git("add", "--all");
      git("commit", "--quiet", "--message", message);
    },
  };
}
