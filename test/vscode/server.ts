import { type ChildProcess, spawn } from "node:child_process";
import { lastLines } from "./command.ts";
import { withoutNoise } from "./noise.ts";

/** What a VS Code server is started with; the folders have the same layout as desktop VS Code's. */
export type ServerOptions = {
  /** folder that holds `out/server-main.js` */
  home: string;
  userDataDir: string;
  extensionsDir: string;
  /** 0 lets the system choose a free port */
  port?: number;
  /** false opens untrusted folders in restricted mode, as VS Code does for its users */
  trustEverything: boolean;
};

/** A running VS Code server. */
export type Server = {
  /** host and port, as they stand in URLs */
  authority: string;
  /** the last lines that it printed, for error messages */
  log(): string;
  /** resolves when the server has ended by itself or by `stop` */
  ended: Promise<void>;
  stop(): Promise<void>;
};

const START_TIMEOUT_SECONDS = 60;

/**
 * Starts a VS Code server on the loopback interface and waits until it answers.
 * @throws Error with the server's log when it ends or stays silent
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  // A process group of its own, so that stopping reaches the extension hosts and language servers too.
  const child = spawn(process.execPath, ["out/server-main.js", ...serverArguments(options)], {
    cwd: options.home,
    detached: true,
    // No extension marketplace: what is installed is what is tested.
    env: { ...process.env, EXTENSIONS_GALLERY: "{}" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const shownLog = () => lastLines(withoutNoise(log), 40);
  const listening = new Promise<number>((resolve, reject) => {
    const take = (chunk: string) => {
      log = (log + chunk).slice(-200_000);
      const port = /Extension host agent listening on (\d+)/.exec(log)?.[1];
      if (port) resolve(Number(port));
      // It would go on without listening.
      if (/EADDRINUSE/.test(log)) reject(new Error(`The port ${options.port} is taken by another program.`));
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The VS Code server ended with ${code}.\n${shownLog()}`)));
    setTimeout(() => {
      reject(new Error(`The VS Code server was not ready after ${START_TIMEOUT_SECONDS} s.\n${shownLog()}`));
    }, START_TIMEOUT_SECONDS * 1000).unref();
  });
  const stop = () => stopGroup(child, ended);
  const port = await listening.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { authority: `127.0.0.1:${port}`, log: shownLog, ended, stop };
}

function serverArguments({ port = 0, userDataDir, extensionsDir, trustEverything }: ServerOptions): string[] {
  return [
    ...["--host", "127.0.0.1", "--port", String(port)],
    ...["--user-data-dir", userDataDir, "--server-data-dir", userDataDir, "--extensions-dir", extensionsDir],
    ...["--without-connection-token", "--accept-server-license-terms", "--telemetry-level", "off"],
    // Without it a release build ignores the URL's `payload`, by which extension tests are started.
    "--enable-smoke-test-driver",
    ...(trustEverything ? ["--disable-workspace-trust"] : []),
  ];
}

async function stopGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // the group has ended already
    }
  };
  signal("SIGTERM");
  const patience = setTimeout(() => signal("SIGKILL"), 3000);
  if (child.exitCode === null && child.signalCode === null) await ended;
  clearTimeout(patience);
  signal("SIGKILL");
}
