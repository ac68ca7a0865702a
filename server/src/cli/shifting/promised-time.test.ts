import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { UsageError } from "../errors.ts";
import { promisedTime } from "./promised-time.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "nines-promised-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const plan = (name: string, virtualService: string, rto = "15m", step = "mesh") => `
apiVersion: nines/v1alpha1
kind: DisasterRecoveryPlan
metadata: {name: ${name}}
spec:
  objectives:
    - {disruption: Region, rto: 4h}
    - {disruption: Site, rto: ${rto}}
    - {disruption: Hardware, rto: 10s}
  strategies:
    - {name: mesh, type: ServiceMesh, virtualService: ${virtualService}}
  failovers:
    - name: to-dr
      serves: [Region, Site]
      steps: [{name: switch, strategy: ${step}}]
`;
const app = { namespace: "shop", name: "app" };

test("the strictest promise of the disruptions after which the plan moves the route", () => {
  const folder = folderOf({
    "dr/plan.yaml": plan("shop", "shop/app"),
    "dr/other.yaml": plan("x", "shop/other", "1s"),
  });
  const { rto, message } = promisedTime(app, undefined, folder);
  assert.equal(rto, 900);
  assert.deepEqual(
    [message.values.plan, message.values.file, message.values.disruption],
    ["shop", join("dr", "plan.yaml"), "Site"],
  );
});

test("the named file counts, and without a promise nothing is made up", () => {
  const folder = folderOf({
    "a.yaml": plan("a", "shop/app", "5m"),
    "b.yaml": plan("b", "app", "20m"),
    "c.yaml": plan("c", "shop/app", "5m", "elsewhere"),
  });
  assert.equal(promisedTime(app, "b.yaml", folder).rto, 1200);
  assert.equal(promisedTime(app, "c.yaml", folder).rto, undefined);
  assert.throws(() => promisedTime(app, undefined, folder), UsageError);
  assert.throws(() => promisedTime(app, "gone.yaml", folder), UsageError);
  assert.equal(promisedTime({ ...app, namespace: "prod" }, "a.yaml", folder).rto, undefined);
});

test("a folder without plans, and one with a broken file", () => {
  assert.equal(
    promisedTime(app, undefined, folderOf({ "x.yaml": "kind: DisasterRecoveryPlan\n  a: [" })).rto,
    undefined,
  );
  assert.equal(promisedTime(app, undefined, folderOf({})).rto, undefined);
});
