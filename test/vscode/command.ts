import { spawn } from "node:child_process";

/** Where and how long a command may run. */
export type CommandOptions = { cwd?: string; env?: NodeJS.ProcessEnv; timeoutSeconds?: number };

/**
 * Runs a command to its end and returns what it printed on its standard output.
 * @throws Error that names the command and carries the end of its output, when it fails or takes too long.
 */
export function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const { cwd, env, timeoutSeconds = 300 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let everything = "";
    let timedOut = false;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      everything += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      everything += chunk;
    });
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeoutSeconds * 1000);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0) return resolve(stdout);
      const outcome = timedOut ? `did not end within ${timeoutSeconds} s` : `failed with exit code ${code}`;
      reject(new Error(`\`${[command, ...args].join(" ")}\` ${outcome}.\n${lastLines(everything, 30)}`));
    });
  });
}

/** The last `count` lines of a text: the part of a log in which the reason for a failure stands. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
