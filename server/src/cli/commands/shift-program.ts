import { type Command, Option } from "commander";
import { t } from "../../model/message.ts";
import type { Say } from "../output/language.ts";
import type { Terminal } from "../output/terminal.ts";
import type { ShiftOptions } from "../shifting/options.ts";

type Run = (command: (terminal: Terminal) => Promise<number>) => Promise<void>;

/** `nines shift` with its commands. Their code is loaded when one of them runs. */
export function addShift(program: Command, run: Run, say: Say): void {
  const shift = program
    .command("shift")
    .description(say(t("shift traffic on a live cluster: preview, promote in guarded steps, roll back")))
    .helpCommand("help [command]", say(t("print the help of a command")));
  const commands = () => import("./shift.ts");
  const reading = (command: Command) => withOptions(command, say);
  const writing = (command: Command) => withWriting(command, say);
  const targets = say(
    t("[KIND/]NAME[=TO,…][@CONTEXT], or a file with the manifest; KIND is virtualservice unless told"),
  );

  const failover = [
    "--failover <name>",
    say(t("in place of targets: what this failover of a recovery plan moves, in the order of its steps")),
  ] as const;

  reading(
    shift
      .command("preview")
      .description(say(t("show what a shift would do; writes nothing")))
      .argument("[target...]", targets)
      .option(...failover),
  ).action((texts: string[], options: ShiftOptions) =>
    run(async (terminal) => (await commands()).preview(texts, options, terminal)),
  );
  writing(
    reading(
      shift
        .command("promote")
        .description(say(t("preview, confirm, and shift step by step; goes back by itself when it fails")))
        .argument("[target...]", targets)
        .option(...failover),
    ),
  ).action((texts: string[], options: ShiftOptions) =>
    run(async (terminal) => (await commands()).promote(texts, options, terminal)),
  );
  writing(
    reading(
      shift
        .command("rollback")
        .description(say(t("undo a shift, from its journal")))
        .argument("<target-or-id>"),
    ),
  ).action((text: string, options: ShiftOptions) =>
    run(async (terminal) => (await commands()).rollback(text, options, terminal)),
  );
  writing(
    reading(
      shift
        .command("resume")
        .description(say(t("go on with a shift that was interrupted or held")))
        .argument("<target-or-id>"),
    ),
  ).action((text: string, options: ShiftOptions) =>
    run(async (terminal) => (await commands()).resume(text, options, terminal)),
  );
  writing(
    reading(
      shift
        .command("drill")
        .description(
          say(t("fail requests on purpose for a short time, fail over, measure, and put everything back")),
        )
        .argument("<target>", targets),
    ),
  )
    .option("--percent <n>", say(t("how many of a hundred requests fail (default: 100)")))
    .option(
      "--for <duration>",
      say(t("how long each part may take at the most (default: 120s, at most 15m)")),
    )
    .option(
      "--rto <duration>",
      say(t("the recovery time that is promised (default: what a plan here promises)")),
    )
    .action((text: string, options: ShiftOptions) =>
      run(async (terminal) => (await commands()).drill(text, options, terminal)),
    );
  reading(
    shift
      .command("retire")
      .description(say(t("give up the way back, and print the commands that take the old side away")))
      .argument("<target-or-id>"),
  ).action((text: string, options: ShiftOptions) =>
    run(async (terminal) => (await commands()).retire(text, options, terminal)),
  );
  shift
    .command("list")
    .description(say(t("list the shifts of this machine")))
    .addOption(format(say))
    .action((options: ShiftOptions) => run(async (terminal) => (await commands()).list(options, terminal)));
  shift.addHelpText(
    "after",
    `\n${say(t("Exit codes: 0 done, 1 blocked, aborted, held or left to a person, 2 usage or internal error."))}`,
  );
}

function withOptions(command: Command, say: Say): Command {
  return command
    .option("--context <name>", say(t("kubeconfig context; never taken from the kubeconfig unasked")))
    .option("--namespace <name>", say(t("namespace (default: the manifest's, else the context's)")))
    .option("--kubeconfig <file>", say(t("kubeconfig file (default: KUBECONFIG, else ~/.kube/config)")))
    .option(
      "--to <destination>",
      say(t("subset or host that is to get the traffic, such as v2 or v2=50 (repeatable)")),
      collect,
    )
    .option("--route <name>", say(t("which route, by name or as http[1], where several fit")))
    .option("--step <weights>", say(t("weights on the way (default: 5,25,50,100)")))
    .option("--record <name>", say(t("DNSEndpoint: which record")))
    .option(
      "--token-from <context/namespace/name>",
      say(t("database: the demoted primary whose token guards against lost writes")),
    )
    .option(
      "--demote <new-primary>",
      say(t("database: make it a replica of this one of its externalClusters")),
    )
    .option(
      "--subset <name=label=value>",
      say(t("DestinationRule: a subset that it is to get, labels with commas between them (repeatable)")),
      collect,
    )
    .option("--header <name>", say(t("A/B test: the header that tells the variants apart")))
    .option(
      "--variant <value=host/subset>",
      say(t("A/B test: a header value and where it goes (repeatable)")),
      collect,
    )
    .option("--full", say(t("Rollout: promote past all steps")))
    .option("--undo", say(t("Rollout: back to the former revision")))
    .option("--retry", say(t("Rollout: try an aborted one again")))
    .option("--emergency", say(t("the old side is dead: judge only the new one")))
    .option("--accept <kinds>", say(t("write although it will be reverted by: gitops, helm")))
    .option(
      "--prometheus <where>",
      say(
        t(
          "a URL, svc:NAMESPACE/NAME[:PORT] of the cluster, or none; CONTEXT=… for one of several contexts (default: looked for in the cluster)",
        ),
      ),
    )
    .option("--production-contexts <globs>", say(t("contexts whose name has to be typed (default: *prod*)")))
    .option("--plan <file>", say(t("take the gates from spec.release.gates of this DisasterRecoveryPlan")))
    .option("--success-rate <ratio>", say(t("part of the requests that must succeed (default: 99%)")))
    .option("--p99 <duration>", say(t("time that 99 of 100 requests must stay under")))
    .option("--min-requests <n>", say(t("requests that a verdict rests on (default: 3 / error budget)")))
    .option("--soak <duration>", say(t("how long each step is watched at the least (default: 60s)")))
    .option("--interval <duration>", say(t("time between two checks (default: 10s)")))
    .option("--scrape-interval <duration>", say(t("how often Prometheus scrapes (default: 15s)")))
    .option("--pod-capacity <rps>", say(t("requests per second that one Pod can carry")))
    .addOption(format(say));
}

function withWriting(command: Command, say: Say): Command {
  return command
    .option(
      "--yes",
      say(t("apply what the preview shows without asking (not enough for production contexts)")),
    )
    .option("--confirm <name>", say(t("the name of the production context, in place of typing it")))
    .option("--ask", say(t("ask before each further step")))
    .option("--without-metrics <reason>", say(t("go on where there is no evidence, for this reason")))
    .addOption(
      new Option("--on-hold <what>", say(t("what to do where nobody can be asked")))
        .choices(["stop", "abort"])
        .default("stop"),
    );
}

function format(say: Say): Option {
  return new Option("--format <format>", say(t("how to print it")))
    .choices(["pretty", "json"])
    .default("pretty");
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
