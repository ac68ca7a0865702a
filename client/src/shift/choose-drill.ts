import { l10n, type QuickPickItem, Uri, window, workspace } from "vscode";
import {
  type DrillPromise,
  METHODS,
  type PreviewShiftParams,
  type ShiftTarget,
} from "../../../server/src/server/protocol.ts";
import { chooseDestination, routeOf } from "./choose-change.ts";
import { chooseTarget } from "./choose-target.ts";
import type { Choosing } from "./choosing.ts";
import type { Asker } from "./steps.ts";

/** What is failed on purpose, who is to answer, and what that is compared with. */
export async function chooseDrill(
  choosing: Choosing,
  given: ShiftTarget | undefined,
): Promise<PreviewShiftParams> {
  const { ask } = choosing;
  const target = given ?? (await chooseTarget(choosing, canBeDrilled));
  const to = await chooseStandbyLeg(ask, target);
  const percent = Number(
    await ask.text({
      value: "100",
      prompt: l10n.t("How many of a hundred requests are to fail? They are real requests of real users."),
      problem: (text) =>
        /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 100
          ? undefined
          : l10n.t("A whole number from 1 to 100 is expected."),
    }),
  );
  const seconds = await chooseLimit(ask);
  const rto = await choosePromise(choosing, target);
  const { kind, namespace, name } = target;
  return {
    members: [
      {
        context: undefined,
        target: { kind, namespace, name },
        change: { kind: "drill", route: routeOf(target), to, percent, seconds, rto },
      },
    ],
    emergency: false,
  };
}

/** Faults are injected into http routes of Istio. */
function canBeDrilled({ kind, route }: ShiftTarget): boolean {
  return kind === "VirtualService" && route?.startsWith("http[") === true;
}

/** A standby has no traffic before the drill. */
async function chooseStandbyLeg(ask: Asker, target: ShiftTarget): Promise<string> {
  const idle = target.destinations.filter(({ share }) => share === undefined || share === 0);
  const [only] = idle;
  if (only !== undefined && idle.length === 1) return only.name;
  if (only === undefined) {
    void window.showInformationMessage(
      l10n.t(
        "Every destination of {0} has traffic, so none of them is a standby whose failover could be drilled. Give the standby the weight 0 first.",
        target.name,
      ),
    );
    return ask.leave();
  }
  const placeHolder = l10n.t("Which destination is the standby that is to answer?");
  return await chooseDestination(ask, { ...target, destinations: idle }, placeHolder);
}

async function chooseLimit(ask: Asker): Promise<number> {
  const usual = 2;
  const items = [1, usual, 5, 15].map((minutes) => ({ label: l10n.t("{0} min", minutes), minutes }));
  const { minutes } = await ask.pick(
    l10n.t(
      "How long may the failure last at most, and the failover after it? When the time is up, everything is taken back.",
    ),
    items,
    items.find((item) => item.minutes === usual),
  );
  return minutes * 60;
}

interface PromiseItem extends QuickPickItem {
  /** Undefined: it is typed; null: nothing is compared. */
  readonly rto: string | null | undefined;
}

async function choosePromise({ ask, client }: Choosing, target: ShiftTarget): Promise<string | undefined> {
  const { kind, namespace, name } = target;
  const promises = await ask.read(() =>
    client.sendRequest<DrillPromise[]>(METHODS.drillPromises, {
      context: undefined,
      target: { kind, namespace, name },
    }),
  );
  const items: readonly PromiseItem[] = [
    ...promises.map(({ rto, plan, disruption, uri }) => ({
      rto,
      label: rto,
      description: l10n.t("plan {0}, {1}", plan, disruption),
      detail: workspace.asRelativePath(Uri.parse(uri)),
    })),
    { label: l10n.t("Another time…"), rto: undefined },
    { label: l10n.t("Only measure"), rto: null },
  ];
  const placeHolder =
    promises.length > 0
      ? l10n.t("Which recovery time is promised?")
      : l10n.t("No plan of this workspace promises a time for {0}. What is it compared with?", name);
  const { rto } = await ask.pick(placeHolder, items);
  if (rto !== undefined) return rto ?? undefined;
  return await ask.text({
    prompt: l10n.t("The recovery time that is promised, such as 15m."),
    problem: (text) =>
      /^(?:\d+(?:\.\d+)?[smhd])+$/.test(text) && /[1-9]/.test(text)
        ? undefined
        : l10n.t("A duration such as 30s or 15m is expected."),
  });
}
