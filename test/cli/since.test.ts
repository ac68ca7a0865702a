import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { blockingBudget, budget, deployment, FAULTY_ROUTE } from "./manifests.ts";
import { checkJson, folderOf, found, nines } from "./nines.ts";
import { repositoryIn, repositoryOf } from "./repository.ts";

const SUBSETS = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: app
  namespace: prod
spec:
  host: app
  subsets:
    - name: v1
      labels: {version: v1}
    - name: v2
      labels: {version: v2}
`;
const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: app
  namespace: prod
spec:
  hosts: [app]
  http:
    - route:
        - destination: {host: app, subset: v1}
          weight: 95
        - destination: {host: app, subset: v2}
          weight: 5
`;
const withoutV2 = SUBSETS.replace(/ {4}- name: v2\n.*\n/, "");

test("only what the work since a ref brought about is reported, committed or not", () => {
  const repository = repositoryOf({ "old.yaml": blockingBudget("old") });
  const { folder: cwd } = repository;
  repository.git("checkout", "--quiet", "-b", "work");
  repository.write("committed.yaml", blockingBudget("committed"));
  repository.commit();
  repository.write("untracked.yaml", blockingBudget("untracked"));
  repository.write("old.yaml", `# moved down by a line\n${blockingBudget("old")}`);

  const report = checkJson(["--since", "main"], { cwd });
  assert.deepEqual(found(report), ["committed.yaml pdb-blocks-drain", "untracked.yaml pdb-blocks-drain"]);
  assert.equal(report.status, 1);
  assert.equal(checkJson([], { cwd }).findings.length, 3);
  const { stdout, stderr } = nines(["check", "--since", "main"], { cwd });
  assert.match(stdout + stderr, /new since main \(commit [0-9a-f]{12}\) is shown/);
});

test("the merge base counts, not what the other branch did since", () => {
  const repository = repositoryOf({ "a.yaml": blockingBudget("a") });
  repository.git("checkout", "--quiet", "-b", "work");
  repository.write("b.yaml", budget("b"));
  repository.commit();
  repository.git("checkout", "--quiet", "main");
  repository.write("a.yaml", budget("a"));
  repository.commit();
  repository.git("checkout", "--quiet", "work");
  const report = checkJson(["--since", "main"], { cwd: repository.folder });
  assert.deepEqual([found(report), report.status], [[], 0]);
});

test("a subset that is taken away is reported at the route that uses it, and at the change", () => {
  const repository = repositoryOf({ "rule.yaml": SUBSETS, "route.yaml": ROUTE });
  const { folder: cwd } = repository;
  repository.write("rule.yaml", withoutV2);
  const [finding, ...others] = checkJson(["--since", "HEAD"], { cwd }).findings;
  assert.deepEqual(others, []);
  assert.deepEqual([finding?.ruleId, finding?.file], ["subset-unknown", "route.yaml"]);
  assert.deepEqual(finding?.causes, [{ file: "rule.yaml", line: 11 }]);
  assert.match(
    nines(["check", "--since", "HEAD"], { cwd }).stdout,
    /\n {2}rule\.yaml:11:1 This change brings the problem about\.\n/,
  );
});

test("a file that is gone is named as the cause", () => {
  const repository = repositoryOf({
    "v1.yaml": withoutV2,
    "v2.yaml": SUBSETS.replace("name: app\n  namespace", "name: app-v2\n  namespace").replace(
      / {4}- name: v1\n.*\n/,
      "",
    ),
    "route.yaml": ROUTE,
  });
  repository.remove("v2.yaml");
  repository.commit();
  const { findings } = checkJson(["--since", "HEAD~1"], { cwd: repository.folder });
  assert.deepEqual(
    findings.map(({ ruleId, file, causes }) => [ruleId, file, causes]),
    [["subset-unknown", "route.yaml", [{ file: "v2.yaml" }]]],
  );
});

test("a renamed, moved or reformatted manifest brings nothing new", () => {
  const repository = repositoryOf({
    "a.yaml": blockingBudget("a"),
    "b.yaml": `${blockingBudget("b")}---\n${FAULTY_ROUTE}`,
  });
  const { folder: cwd } = repository;
  repository.git("mv", "a.yaml", "renamed.yaml");
  repository.write("b.yaml", blockingBudget("b"));
  mkdirSync(join(cwd, "sub"));
  repository.write(
    "sub/route.yaml",
    FAULTY_ROUTE.replace(/^/gm, "").replace("hosts: [app]", "hosts:\n    - app"),
  );
  assert.deepEqual(found(checkJson(["--since", "HEAD"], { cwd })), []);
});

test("a second finding of the same identity is new: a base copied into another overlay", () => {
  const repository = repositoryOf({ "dev/a.yaml": blockingBudget("a") });
  repository.write("prod/a.yaml", blockingBudget("a"));
  assert.deepEqual(found(checkJson(["--since", "HEAD"], { cwd: repository.folder })), [
    "prod/a.yaml pdb-blocks-drain",
  ]);
});

test("a rule that the change switches on reports what it finds", () => {
  const repository = repositoryOf({
    "a.yaml": blockingBudget("a"),
    ".nines.yaml": "rules:\n  pdb-blocks-drain: off\n",
  });
  repository.write(".nines.yaml", "rules:\n  pdb-blocks-drain: warning\n");
  assert.deepEqual(found(checkJson(["--since", "HEAD"], { cwd: repository.folder })), [
    "a.yaml pdb-blocks-drain",
  ]);
});

test("paths limit the report, references still resolve in the whole repository", () => {
  const repository = repositoryOf({ "rules/rule.yaml": SUBSETS, "routes/route.yaml": ROUTE });
  repository.write("rules/rule.yaml", withoutV2);
  const { folder: cwd } = repository;
  assert.deepEqual(found(checkJson(["--since", "HEAD", "routes"], { cwd })), [
    "routes/route.yaml subset-unknown",
  ]);
  assert.deepEqual(found(checkJson(["--since", "HEAD", "rules"], { cwd })), []);
});

test("--staged judges the index: neither what is only on the disk nor what Git does not know", () => {
  const repository = repositoryOf({ "a.yaml": budget("a"), "b.yaml": budget("b") });
  const { folder: cwd } = repository;
  repository.write("a.yaml", blockingBudget("a"));
  repository.git("add", "a.yaml");
  repository.write("a.yaml", budget("a"));
  repository.write("b.yaml", blockingBudget("b"));
  repository.write("untracked.yaml", blockingBudget("c"));
  assert.deepEqual(found(checkJson(["--staged"], { cwd })), ["a.yaml pdb-blocks-drain"]);
  repository.git("rm", "--quiet", "--cached", "--force", "a.yaml");
  assert.deepEqual(found(checkJson(["--staged"], { cwd })), []);
});

test("--staged works before the first commit", () => {
  const repository = repositoryIn(folderOf({ "a.yaml": blockingBudget("a") }));
  repository.git("init", "--quiet");
  repository.git("add", "--all");
  assert.deepEqual(found(checkJson(["--staged"], { cwd: repository.folder })), ["a.yaml pdb-blocks-drain"]);
});

test("it works in a linked worktree, in a submodule and from a folder inside", () => {
  const repository = repositoryOf({ "sub/a.yaml": budget("a") });
  const tree = join(folderOf({}), "tree");
  repository.git("worktree", "add", "--quiet", "-b", "work", tree);
  repositoryIn(tree).write("sub/a.yaml", blockingBudget("a"));
  assert.deepEqual(found(checkJson(["--since", "main"], { cwd: join(tree, "sub") })), [
    "a.yaml pdb-blocks-drain",
  ]);

  const outer = repositoryOf({ "b.yaml": budget("b") });
  outer.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", repository.folder, "inner");
  outer.commit();
  const inner = repositoryIn(join(outer.folder, "inner"));
  inner.write("sub/a.yaml", blockingBudget("a"));
  assert.deepEqual(found(checkJson(["--since", "HEAD"], { cwd: inner.folder })), [
    "sub/a.yaml pdb-blocks-drain",
  ]);
});

test("a shallow clone says what to fetch", () => {
  const repository = repositoryOf({ "a.yaml": budget("a") });
  repository.git("checkout", "--quiet", "-b", "work");
  for (const n of ["1", "2", "3"]) {
    repository.write("b.yaml", budget(`b${n}`));
    repository.commit();
  }
  const clone = join(folderOf({}), "clone");
  repository.git(
    "clone",
    "--quiet",
    "--depth=1",
    "--branch=work",
    pathToFileURL(repository.folder).href,
    clone,
  );
  const unknown = nines(["check", "--since", "origin/main"], { cwd: clone });
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /shallow .*git fetch .*origin\/main.*--unshallow/);
  repositoryIn(clone).git(
    "fetch",
    "--quiet",
    "--depth=1",
    "origin",
    "+refs/heads/main:refs/remotes/origin/main",
  );
  const cut = nines(["check", "--since", "origin/main"], { cwd: clone });
  assert.equal(cut.status, 2);
  assert.match(cut.stderr, /history .* cut off .*git fetch --unshallow/);
  repositoryIn(clone).git("fetch", "--quiet", "--unshallow", "origin");
  assert.equal(nines(["check", "--since", "origin/main"], { cwd: clone }).status, 0);
});

test("what cannot be asked for is explained, with exit code 2", () => {
  const { folder: cwd } = repositoryOf({ "a.yaml": budget("a") });
  const outside = folderOf({ "a.yaml": budget("a") });
  const empty = folderOf({ "a.yaml": budget("a") });
  execFileSync("git", ["init", "--quiet"], { cwd: empty });
  const failing: [readonly string[], string, RegExp][] = [
    [["--since", "nowhere"], cwd, /no commit called “nowhere”/],
    [["--since", "--output=x"], cwd, /no commit called|--since/],
    [["--since", "HEAD", "--staged"], cwd, /two different changes/],
    [["--since", "HEAD", "--stdin"], cwd, /no history/],
    [["--since", "HEAD", outside], cwd, /not part of the repository/],
    [["--since", "HEAD"], outside, /not part of a Git repository/],
    [["--since", "main"], empty, /no commit yet/],
  ];
  for (const [args, folder, message] of failing) {
    const { status, stderr, stdout } = nines(["check", ...args], { cwd: folder });
    assert.deepEqual([status, stdout], [2, ""], args.join(" "));
    assert.match(stderr, message);
  }
  const { status, stderr } = nines(["check", "--since", "HEAD"], { cwd, env: { PATH: "" } });
  assert.equal(status, 2);
  assert.match(stderr, /Git, which is not installed/);
});

test("a subset and the route that begins to use it are to be applied in this order, and taken away in the other", () => {
  const only = (version: string) =>
    ROUTE.replace(/ {8}- destination: \{host: app, subset: v2\}\n.*\n/, "")
      .replace("95", "100")
      .replaceAll("v1", version);
  const repository = repositoryOf({ "rule.yaml": withoutV2, "route.yaml": only("v1") });
  const { folder: cwd } = repository;
  const messages = () =>
    checkJson(["--since", "HEAD"], { cwd }).findings.map(({ ruleId, file, message }) => [
      ruleId,
      file,
      message.split(". ").at(-1),
    ]);
  repository.write("rule.yaml", SUBSETS);
  repository.write("route.yaml", ROUTE);
  const first =
    "Apply DestinationRule prod/app first, wait until the proxies have it (some seconds), then VirtualService prod/app.";
  assert.deepEqual(messages(), [["apply-order", "route.yaml", first]]);
  repository.commit();
  assert.deepEqual(messages(), []);
  repository.write("route.yaml", only("v1"));
  repository.write("rule.yaml", withoutV2);
  const last =
    "Apply VirtualService prod/app first, wait until the proxies have it (some seconds), then DestinationRule prod/app.";
  assert.deepEqual(messages(), [["apply-order", "rule.yaml", last]]);
  // The rule alone keeps the order by itself.
  repository.git("checkout", "--quiet", "route.yaml", "rule.yaml");
  repository.write("route.yaml", only("v1"));
  assert.deepEqual(messages(), []);
});

test("a budget and the replicas it counts, taken away at once", () => {
  const app = (replicas: number, minAvailable: number | string) =>
    `${deployment("app").replace("replicas: 3", `replicas: ${replicas}`)}---\n${budget("app").replace("maxUnavailable: 1", `minAvailable: ${minAvailable}`)}`;
  const repository = repositoryOf({ "app.yaml": app(5, 4) });
  const order = (replicas: number, minAvailable: number | string) => {
    repository.write("app.yaml", app(replicas, minAvailable));
    return checkJson(["--since", "HEAD"], { cwd: repository.folder })
      .findings.filter(({ ruleId }) => ruleId === "apply-order")
      .map(({ message }) => message);
  };
  assert.deepEqual(order(3, 2), [
    "This change takes away replicas (5 to 3) and what the budget keeps of them (4 to 2 pods) at once. With the replicas applied first, the old budget keeps 4 of 3 and every drain hangs. Apply PodDisruptionBudget prod/app first.",
  ]);
  assert.match(order(5, 3).join(), /^$/);
  assert.match(order(6, 3).join(), /^$/);
  assert.deepEqual(order(5, 4), []);
});
