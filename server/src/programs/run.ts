import { type ChildProcess, spawn } from "node:child_process";

/** One run of a program. */
export interface Command {
  /** Absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  /** Absolute path of the folder to run it in. */
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take, in milliseconds. */
  readonly timeout: number;
  /** How many bytes it may write to its output. */
  readonly maxOutput: number;
  /** What it reads from its input; nothing when left out. */
  readonly input?: string;
}

/** How a run ended. */
export type RunOutcome<Output = string> =
  | { readonly status: "done"; readonly output: Output }
  /** `reason` is what the program said, or why it could not be started. */
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "timeout" | "tooMuch" | "cancelled" };

/** Runs programs. Injected, so that tests need none. */
export type RunProgram = (command: Command, signal: AbortSignal) => Promise<RunOutcome>;

/** More than this of what a program complains about is not kept, in bytes. */
const MAX_COMPLAINT = 64 * 1024;

/** The same for programs that write text. */
export const runProgram: RunProgram = async (command, signal) => {
  const outcome = await runForBytes(command, signal);
  return outcome.status === "done" ? { ...outcome, output: outcome.output.toString("utf8") } : outcome;
};

/** Runs a program without a shell; at its end, whatever the reason, nothing of what it started is left. */
export const runForBytes = (command: Command, signal: AbortSignal): Promise<RunOutcome<Buffer>> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ status: "cancelled" });
      return;
    }
    const { program, args, cwd, env } = command;
    // A group of its own, so that it can be ended with everything it starts.
    const detached = process.platform !== "win32";
    const child = spawn(program, args, {
      cwd,
      env,
      detached,
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    // It may end before it has read everything.
    child.stdin.on("error", () => undefined);
    child.stdin.end(command.input ?? "");
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    let size = 0;
    let complaintSize = 0;

    const kill = () => killTree(child);
    const finish = (outcome: RunOutcome<Buffer>) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      process.off("exit", kill);
      kill();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(outcome);
    };
    const cancel = () => finish({ status: "cancelled" });
    const timer = setTimeout(() => finish({ status: "timeout" }), command.timeout);
    signal.addEventListener("abort", cancel);
    process.on("exit", kill);

    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > command.maxOutput) finish({ status: "tooMuch" });
      else output.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (complaintSize < MAX_COMPLAINT) complaint.push(chunk);
      complaintSize += chunk.length;
    });
    child.on("error", (error) => finish({ status: "failed", reason: error.message }));
    child.on("close", (code) => {
      if (code === 0) finish({ status: "done", output: Buffer.concat(output) });
      else finish({ status: "failed", reason: Buffer.concat(complaint).toString("utf8").trim() });
    });
  });

/** Ends a program and everything it has started. */
function killTree(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === "win32") {
    if (child.exitCode === null)
      spawn(`${process.env.SystemRoot ?? "C:\\Windows"}\\System32\\taskkill.exe`, [
        "/pid",
        String(pid),
        "/t",
        "/f",
      ]).on("error", () => child.kill("SIGKILL"));
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}
