/**
 * Stops a control plane when the process that started it is gone without having stopped it: `node guardian.ts FOLDER
 * PID`. A killed test run leaves nothing behind.
 */
import { setTimeout as pause } from "node:timers/promises";
import { stopControlPlane } from "./control-plane.ts";
import { isAlive } from "./processes.ts";

const [, , folder = "", owner = ""] = process.argv;
while (isAlive(Number(owner))) await pause(1000);
await stopControlPlane({ folder });
