import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  FileChangeType,
  type RegistrationParams,
  RegistrationRequest,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
} from "vscode-languageserver/node";
import { fullCapabilities, TestClient, until } from "./client.ts";
import { TestFolder } from "./folder.ts";
import { BLOCKED, BUDGET, DEPLOYMENT } from "./texts.ts";

/** Says that its selector matches nothing anywhere. */
const NOTHING = "pdb-selects-nothing";
const MISSPELT = BUDGET.replace("app: web", "app: wbe");
const OTHER = DEPLOYMENT.replaceAll("web", "wbe");

/** A repository of which a part is opened: the part has its own workload, and a budget for one that is elsewhere. */
function repository(t: TestContext): TestFolder {
  const folder = new TestFolder(t, {
    "part/web.yaml": DEPLOYMENT,
    "part/pdb.yaml": MISSPELT,
    "elsewhere/wbe.yaml": OTHER,
    "elsewhere/blocked.yaml": BLOCKED,
    ".gitignore": "rendered/\n",
    "rendered/a.yaml": BLOCKED,
  });
  mkdirSync(join(folder.path, ".git"));
  return folder;
}

const CLI = join(import.meta.dirname, "..", "..", "server", "src", "cli", "main.ts");

/** The rules that `nines check part` has findings of in a file, sorted. */
function rulesOfCli(folder: TestFolder, file: string): string[] {
  const { stdout } = spawnSync(process.execPath, [CLI, "check", "part", "--format", "json"], {
    cwd: folder.path,
    encoding: "utf8",
  });
  const report = JSON.parse(stdout) as { findings: { file: string; ruleId: string }[] }; // its documented output
  return report.findings.flatMap((finding) => (finding.file === file ? finding.ruleId : [])).sort();
}

async function clientIn(t: TestContext, folder: TestFolder, trusted: boolean): Promise<TestClient> {
  const client = await TestClient.start({
    folder: join(folder.path, "part"),
    initializationOptions: { trusted },
  });
  t.after(() => client.stop());
  await client.open(folder.uri("part/pdb.yaml"), MISSPELT);
  return client;
}

/** Everything that is reported about files that are not open; it is given when all files are in. */
async function reported(client: TestClient): Promise<string[]> {
  const { items }: WorkspaceDiagnosticReport = await client.connection.sendRequest(
    WorkspaceDiagnosticRequest.type,
    { previousResultIds: [] },
  );
  return items.map(({ uri }) => uri);
}

test("a part of a repository is judged as the command line judges it", async (t) => {
  const folder = repository(t);
  const client = await clientIn(t, folder, true);
  await reported(client);
  const uri = folder.uri("part/pdb.yaml");
  assert.deepEqual(await client.rulesIn(uri), rulesOfCli(folder, "part/pdb.yaml"));
  assert.ok(!(await client.rulesIn(uri)).includes(NOTHING));
});

test("what lies around the folder is only referred to", async (t) => {
  const folder = repository(t);
  const client = await clientIn(t, folder, true);
  const uris = await reported(client);
  assert.deepEqual(
    uris.filter((uri) => !uri.startsWith(folder.uri("part/"))),
    [],
  );
  // Somebody opens it: then it is their business.
  await client.open(folder.uri("elsewhere/blocked.yaml"), BLOCKED);
  await until("it is judged", async () =>
    (await client.rulesIn(folder.uri("elsewhere/blocked.yaml"))).includes("pdb-blocks-drain"),
  );
  await client.close(folder.uri("elsewhere/blocked.yaml"));
  await client.open(folder.uri("rendered/a.yaml"), BLOCKED);
  assert.deepEqual(await client.rulesIn(folder.uri("rendered/a.yaml")), []);
});

test("files around the folder that come and go count", async (t) => {
  const folder = repository(t);
  const watched: string[] = [];
  const client = await TestClient.start({
    folder: join(folder.path, "part"),
    initializationOptions: { trusted: true },
    capabilities: {
      ...fullCapabilities,
      workspace: {
        ...fullCapabilities.workspace,
        didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
      },
    },
    prepare: (connection) => {
      connection.onRequest(RegistrationRequest.type, ({ registrations }: RegistrationParams) => {
        watched.push(...registrations.map(({ registerOptions }) => JSON.stringify(registerOptions)));
      });
    },
  });
  t.after(() => client.stop());
  const uri = folder.uri("part/pdb.yaml");
  await client.open(uri, MISSPELT);
  await reported(client);
  const root = folder.uri("").replace(/\/$/, "");
  assert.ok(watched.some((options) => options.includes(`"baseUri":"${root}"`)));
  await client.filesChanged([[folder.remove("elsewhere/wbe.yaml"), FileChangeType.Deleted]]);
  await until("it is missed", async () => (await client.rulesIn(uri)).includes(NOTHING));
  await client.filesChanged([[folder.write("elsewhere/again.yaml", OTHER), FileChangeType.Created]]);
  await until("it is back", async () => !(await client.rulesIn(uri)).includes(NOTHING));
});

test("without trust nothing outside the folder is read, and nothing is called missing", async (t) => {
  const folder = repository(t);
  folder.remove("elsewhere/wbe.yaml");
  const client = await clientIn(t, folder, false);
  const uri = folder.uri("part/pdb.yaml");
  await reported(client);
  assert.ok(!(await client.rulesIn(uri)).includes(NOTHING));
  await client.connection.sendNotification("nines/trust", { trusted: true });
  await until("it is missed", async () => (await client.rulesIn(uri)).includes(NOTHING));
});

test("a folder that is the whole repository is complete by itself", async (t) => {
  const folder = new TestFolder(t, { "web.yaml": DEPLOYMENT, "pdb.yaml": MISSPELT });
  mkdirSync(join(folder.path, ".git"));
  const client = await TestClient.start({ folder: folder.path });
  t.after(() => client.stop());
  await client.open(folder.uri("pdb.yaml"), MISSPELT);
  await until("it is missed", async () => (await client.rulesIn(folder.uri("pdb.yaml"))).includes(NOTHING));
});
