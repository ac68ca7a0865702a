import { type Command, Option } from "commander";
import type { Terminal } from "../output/terminal.ts";
import type { ShiftOptions } from "../shifting/options.ts";

type Run = (command: (terminal: Terminal) => Promise<number>) => Promise<void>;

/** `nines shift` with its commands. Their code is loaded when one of them runs. */
export function addShift(program: Command, run: Run): void {
  const shift = program
    .command("shift")
    .description("shift traffic on a live cluster: preview, promote in guarded steps, roll back")
    .helpCommand("help [command]", "print the help of a command");
  const commands = () => import("./shift.ts");
  const targets =
    "[KIND/]NAME[=TO,…][@CONTEXT], or a file with the manifest; KIND is virtualservice unless told";

  withOptions(
    shift
      .command("preview")
      .description("show what a shift would do; writes nothing")
      .argument("<target...>", targets),
  ).action((texts: string[], options: ShiftOptions) =>
    run(async (terminal) => (await commands()).preview(texts, options, terminal)),
  );
  withWriting(
    withOptions(
      shift
        .command("promote")
        .description("preview, confirm, and shift step by step; goes back by itself when it fails")
        .argument("<target...>", targets),
    ),
  ).action((texts: string[], options: ShiftOptions) =>
    run(async (terminal) => (await commands()).promote(texts, options, terminal)),
  );
  withWriting(
    withOptions(
      shift.command("rollback").description("undo a shift, from its journal").argument("<target-or-id>"),
    ),
  ).action((text: string, options: ShiftOptions) =>
    run(async (terminal) => (await commands()).rollback(text, options, terminal)),
  );
  withWriting(
    withOptions(
      shift
        .command("resume")
        .description("go on with a shift that was interrupted or held")
        .argument("<target-or-id>"),
    ),
  ).action((text: string, options: ShiftOptions) =>
    run(async (terminal) => (await commands()).resume(text, options, terminal)),
  );
  withWriting(
    withOptions(
      shift
        .command("drill")
        .description("fail requests on purpose for a short time, fail over, measure, and put everything back")
        .argument("<target>", targets),
    ),
  )
    .option("--percent <n>", "how many of a hundred requests fail (default: 100)")
    .option("--for <duration>", "how long each part may take at the most (default: 120s, at most 15m)")
    .option("--rto <duration>", "the recovery time that is promised (default: what a plan here promises)")
    .action((text: string, options: ShiftOptions) =>
      run(async (terminal) => (await commands()).drill(text, options, terminal)),
    );
  withOptions(
    shift
      .command("retire")
      .description("give up the way back, and print the commands that take the old side away")
      .argument("<target-or-id>"),
  ).action((text: string, options: ShiftOptions) =>
    run(async (terminal) => (await commands()).retire(text, options, terminal)),
  );
  shift
    .command("list")
    .description("list the shifts of this machine")
    .addOption(format())
    .action((options: ShiftOptions) => run(async (terminal) => (await commands()).list(options, terminal)));
  shift.addHelpText(
    "after",
    "\nExit codes: 0 done, 1 blocked, aborted, held or left to a person, 2 usage or internal error.",
  );
}

function withOptions(command: Command): Command {
  return command
    .option("--context <name>", "kubeconfig context; never taken from the kubeconfig unasked")
    .option("--namespace <name>", "namespace (default: the manifest's, else the context's)")
    .option("--kubeconfig <file>", "kubeconfig file (default: KUBECONFIG, else ~/.kube/config)")
    .option(
      "--to <destination>",
      "subset or host that is to get the traffic, such as v2 or v2=50 (repeatable)",
      collect,
    )
    .option("--route <name>", "which route, by name or as http[1], where several fit")
    .option("--step <weights>", "weights on the way (default: 5,25,50,100)")
    .option("--record <name>", "DNSEndpoint: which record")
    .option(
      "--token-from <context/namespace/name>",
      "database: the demoted primary whose token guards against lost writes",
    )
    .option("--demote <new-primary>", "database: make it a replica of this one of its externalClusters")
    .option(
      "--subset <name=label=value>",
      "DestinationRule: a subset that it is to get, labels with commas between them (repeatable)",
      collect,
    )
    .option("--header <name>", "A/B test: the header that tells the variants apart")
    .option(
      "--variant <value=host/subset>",
      "A/B test: a header value and where it goes (repeatable)",
      collect,
    )
    .option("--full", "Rollout: promote past all steps")
    .option("--undo", "Rollout: back to the former revision")
    .option("--retry", "Rollout: try an aborted one again")
    .option("--emergency", "the old side is dead: judge only the new one")
    .option("--accept <kinds>", "write although it will be reverted by: gitops, helm")
    .option(
      "--prometheus <where>",
      "a URL, svc:NAMESPACE/NAME[:PORT] of the cluster, or none (default: looked for in the cluster)",
    )
    .option("--production-contexts <globs>", "contexts whose name has to be typed (default: *prod*)")
    .option("--plan <file>", "take the gates from spec.release.gates of this DisasterRecoveryPlan")
    .option("--success-rate <ratio>", "part of the requests that must succeed (default: 99%)")
    .option("--p99 <duration>", "time that 99 of 100 requests must stay under")
    .option("--min-requests <n>", "requests that a verdict rests on (default: 3 / error budget)")
    .option("--soak <duration>", "how long each step is watched at the least (default: 60s)")
    .option("--interval <duration>", "time between two checks (default: 10s)")
    .option("--scrape-interval <duration>", "how often Prometheus scrapes (default: 15s)")
    .option("--pod-capacity <rps>", "requests per second that one Pod can carry")
    .addOption(format());
}

function withWriting(command: Command): Command {
  return command
    .option("--yes", "apply what the preview shows without asking (not enough for production contexts)")
    .option("--confirm <name>", "the name of the production context, in place of typing it")
    .option("--ask", "ask before each further step")
    .option("--without-metrics <reason>", "go on where there is no evidence, for this reason")
    .addOption(
      new Option("--on-hold <what>", "what to do where nobody can be asked")
        .choices(["stop", "abort"])
        .default("stop"),
    );
}

function format(): Option {
  return new Option("--format <format>", "how to print it").choices(["pretty", "json"]).default("pretty");
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
