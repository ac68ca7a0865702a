import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folderOf, nines } from "./nines.ts";

/** Nothing listens on the port, and no program may connect to it. */
const KUBECONFIG = `apiVersion: v1
kind: Config
contexts: [{name: nobody, context: {cluster: nobody, user: nobody}}]
clusters: [{name: nobody, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: nobody, user: {token: secret}}]
`;
const cwd = folderOf({ "kubeconfig.txt": KUBECONFIG, "empty.txt": "apiVersion: v1\nkind: Config\n" });
const preview = ["shift", "preview", "app", "--to", "v2", "--prometheus", "none"];
const env = { HOME: cwd, XDG_STATE_HOME: join(cwd, "state") };

/** Arguments behind those of the preview, and what is said about them. */
const MISTAKES: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [[], /Name its kubeconfig context with --context/],
  [["--context", "a"], /There is no kubeconfig: .*config does not exist\. .*--kubeconfig/],
  [["--context", "a", "--kubeconfig", "none.txt"], /There is no kubeconfig: none\.txt does not exist/],
  [["--context", "a", "--kubeconfig", "empty.txt"], /no context to connect with in empty\.txt/],
  [["--context", "a", "--kubeconfig", "kubeconfig.txt"], /no context “a”\. Its contexts are: nobody/],
];

test("what keeps a shift from being read is said with what to try", () => {
  for (const [args, said] of MISTAKES) {
    const { status, stdout, stderr } = nines([...preview, ...args], { cwd, env });
    assert.deepEqual([status, stdout], [2, ""], stderr);
    assert.match(stderr, said);
  }
});

test("who waits for a cluster that does not answer is told so", {
  skip: process.platform === "win32" ? "there is no `timeout` to end it with" : false,
}, () => {
  const args = [...preview, "--context", "nobody", "--kubeconfig", "kubeconfig.txt"];
  const { stderr } = nines(args, { cwd, env, through: ["timeout", "--signal=INT", "9"] });
  assert.match(stderr, /Still reading from nobody: .*Nothing has been written/);
});
