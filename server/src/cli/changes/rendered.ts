import type { BuiltBefore, Showing, ShownNow } from "../../changes/known-findings.ts";
import { type Message, t } from "../../model/message.ts";
import { idOf } from "../../render/build.ts";
import type { BuiltFinding } from "../../render/judged.ts";
import { decisiveChanges, otherIdOf, showingsOf } from "../../render/showings.ts";
import type { Finding } from "../../rules/finding.ts";
import { uriOfPath } from "../files/uris.ts";
import type { Project } from "../project.ts";
import { type Rendered, render, renderInto } from "../rendering.ts";
import type { ChangedFile } from "./git.ts";
import type { Versions } from "./versions.ts";

/** The builds of two versions of the files. */
export class RenderedChange {
  readonly #versions: Versions;
  readonly #renamed: ReadonlyMap<string, string>;
  readonly #before: Rendered;
  #after: Rendered | undefined;

  private constructor(versions: Versions, renamed: ReadonlyMap<string, string>, before: Rendered) {
    this.#versions = versions;
    this.#renamed = renamed;
    this.#before = before;
  }

  /** Builds a project as it was before a change. `renamed` gives URIs before it by those after it. */
  static async before(
    project: Project,
    versions: Versions,
    renamed: ReadonlyMap<string, string>,
  ): Promise<RenderedChange> {
    const before = await render(project, versions.before.source);
    project.addBuilt(before.judged);
    return new RenderedChange(versions, renamed, before);
  }

  /** What was found then, beside what the project tells. */
  builtBefore(project: Project): BuiltBefore {
    const made = new Set(this.#before.judged.judged.map(({ build }) => idOf(build)));
    const { findings } = this.#before.judged;
    return {
      showings: project
        .findings()
        .flatMap((finding) => showingsOf(finding, (each) => findings.originsOf(each))?.showings ?? []),
      builds: new Map(this.#before.builds.map((build) => [idOf(build), made.has(idOf(build))])),
      untold: project.untold(),
    };
  }

  /** Builds the same project as it is after the change, and says of which builds nobody knows what is new. */
  async after(project: Project): Promise<void> {
    this.#after = await renderInto(project, this.#versions.after.source);
    const built = new Map(
      this.#after.judged.judged.map(({ build }) => [otherIdOf(build, this.#renamed), build]),
    );
    const made = new Set(this.#before.judged.judged.map(({ build }) => idOf(build)));
    for (const build of this.#before.builds) {
      const now = built.get(idOf(build));
      if (now === undefined || made.has(idOf(build))) continue;
      const problem =
        this.#before.problems.find(({ file }) => file === (build.values ?? build.file)) ??
        this.#before.problems.find(({ file }) => file === build.file);
      project.skip(project.pathOf(now.values ?? now.file), notComparable(problem?.reason));
    }
  }

  /** What building shows of a finding after the change. */
  shownNow(finding: Finding): ShownNow | undefined {
    return showingsOf(finding, (each) => this.#after?.judged.findings.originsOf(each), this.#renamed);
  }

  /** Finding by finding, only the builds in which it is new. */
  narrowed(finding: Finding, fresh: readonly Showing[] | undefined, project: Project): Finding {
    if (fresh === undefined) return finding;
    const isMeant = ({ build, key }: BuiltFinding) =>
      fresh.some((each) => each.key === key && each.build === otherIdOf(build, this.#renamed));
    const { file } = project.surroundings;
    return this.#after?.judged.findings.narrowed(finding, isMeant, file) ?? finding;
  }

  /** Whether only building shows a finding: what is written then tells nothing about where it comes from. */
  isBuilt(finding: Finding): boolean {
    return this.#after?.judged.findings.originsOf(finding)?.isWritten === false;
  }

  /** The changed files that a finding of what is built may come from, in a file that did not change itself. */
  causesOf(finding: Finding, project: Project): readonly ChangedFile[] {
    const origins = this.#after?.judged.findings.originsOf(finding);
    const own = project.pathOf(finding.document.uri);
    const { allChanges } = this.#versions;
    if (origins === undefined || allChanges.some(({ after }) => after === own)) return [];
    const versions = {
      before: this.#before.judged.judged,
      after: this.#after?.judged.judged ?? [],
      renamed: this.#renamed,
    };
    return decisiveChanges(allChanges, origins, versions, uriOfPath);
  }
}

function notComparable(reason: Message | undefined): Message {
  const what = t(
    "It could not be built as it was before the change, so nobody knows what is new in what is built from it.",
  );
  return reason === undefined ? what : t("{what} {reason}", { what: [what], reason: [reason] });
}
