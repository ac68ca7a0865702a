import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blockingBudget, budget } from "./manifests.ts";
import { checkJson, found, nines } from "./nines.ts";
import { repositoryOf, type TestRepository } from "./repository.ts";

interface Comment {
  readonly path: string;
  readonly line: number;
  readonly start_line?: number;
  readonly side: string;
  readonly body: string;
}
interface Review {
  readonly event: string;
  readonly body: string;
  readonly comments: readonly Comment[];
}

function review(repository: TestRepository, cwd = repository.folder): Review {
  const { status, stdout, stderr } = nines(["suggest", "--since", "main"], { cwd });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Review; // what the test is about
}

/** Does what GitHub does when somebody presses “Apply suggestion”. */
function applied(text: string, { line, start_line: first = line, body }: Comment): string {
  const suggested = /^(`{3,})suggestion\n([\s\S]*)\n\1$/m.exec(body)?.[2] ?? "";
  const lines = text.split("\n");
  lines.splice(first - 1, line - first + 1, ...suggested.split("\n"));
  return lines.join("\n");
}

function work(
  files: Readonly<Record<string, string>>,
  changed: Readonly<Record<string, string>>,
): TestRepository {
  const repository = repositoryOf(files);
  repository.git("checkout", "--quiet", "-b", "work");
  for (const [path, text] of Object.entries(changed)) repository.write(path, text);
  repository.commit();
  return repository;
}

test("each suggestion makes its finding go away when it is applied alone", () => {
  const text = ["a", "b", "c"].map(blockingBudget).join("---\n");
  const repository = work({ "old.yaml": blockingBudget("old") }, { "sub/a.yaml": text });
  const { comments, event } = review(repository, join(repository.folder, "sub"));
  assert.equal(event, "COMMENT");
  assert.deepEqual(
    comments.map(({ path, line, start_line, side }) => [path, line, start_line, side]),
    [7, 18, 29].map((line) => ["sub/a.yaml", line, undefined, "RIGHT"]),
  );
  for (const comment of comments) {
    repository.write("sub/a.yaml", applied(text, comment));
    assert.equal(checkJson(["--since", "main"], { cwd: repository.folder }).findings.length, 2);
  }
  const all = comments.reduceRight(applied, text);
  assert.equal(all, ["a", "b", "c"].map(budget).join("---\n"));
});

test("fixes that meet on a line are one suggestion", () => {
  const one = (name: string) =>
    `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: ${name}, namespace: prod}, spec: {maxUnavailable: 0, selector: {matchLabels: {app: ${name}}}}}`;
  const list = `apiVersion: v1\nkind: List\nitems: [${one("a")}, ${one("b")}]\n`;
  const { comments } = review(work({}, { "a.yaml": list }));
  assert.equal(comments.length, 1);
  assert.match(comments[0]?.body ?? "", /pdb-blocks-drain[\s\S]*pdb-blocks-drain/);
  assert.equal(
    comments[0] && applied(list, comments[0]),
    list.replaceAll("maxUnavailable: 0", "maxUnavailable: 1"),
  );
});

test("where there is nothing to suggest it says so", () => {
  const cwd = work({ "a.yaml": budget("a") }, { "a.yaml": budget("a").replace("name: a", "name: c") }).folder;
  assert.match(nines(["suggest", "--since", "main"], { cwd }).stderr, /^Nothing to suggest/);
});

test("what the diff does not show is said in the review's text, not commented on", () => {
  const before = blockingBudget("a").replace("spec:", `${"# far away\n".repeat(8)}spec:`);
  // Another name makes it another resource; the line to change is not near.
  const { comments, body } = review(
    work({ "a.yaml": before }, { "a.yaml": before.replace("name: a", "name: c") }),
  );
  assert.deepEqual(comments, []);
  assert.match(body, /\n- `a\.yaml:15` \[pdb-blocks-drain\]\(http.*maxUnavailable: 1/);
});

test("nines fix --since fixes what the change brought about and nothing else", () => {
  const repository = work(
    { "old.yaml": blockingBudget("old") },
    {
      "new.yaml": blockingBudget("new"),
      "old.yaml": `${blockingBudget("old")}---\n${blockingBudget("more")}`,
    },
  );
  const { status, stdout } = nines(["fix", "--since", "main"], { cwd: repository.folder });
  assert.equal(status, 0, stdout);
  const read = (path: string) => readFileSync(join(repository.folder, path), "utf8");
  assert.equal(read("new.yaml"), budget("new"));
  assert.equal(read("old.yaml"), `${blockingBudget("old")}---\n${budget("more")}`);
  assert.deepEqual(found(checkJson(["--since", "main"], { cwd: repository.folder })), []);
});
