import { l10n, type QuickPickItem, Uri, window, workspace } from "vscode";
import {
  METHODS,
  type PlanAbTest,
  type PreviewShiftParams,
  type ShiftChange,
  type ShiftTarget,
} from "../../../server/src/server/protocol.ts";
import { percent, targetItem } from "./choose-target.ts";
import type { Choosing } from "./choosing.ts";
import type { Asker } from "./steps.ts";

type Variant = Extract<ShiftChange, { kind: "ab" }>["variants"][number];

/** Which requests go to which variant, in front of which route. */
export async function chooseAbTest(
  choosing: Choosing,
  given: ShiftTarget | undefined,
): Promise<PreviewShiftParams> {
  const { ask } = choosing;
  const target = await chooseRoute(choosing, given);
  const { header, variants } = (await choosePlanned(choosing, target)) ?? (await compose(ask, target));
  const { kind, namespace, name, route } = target;
  return {
    members: [
      {
        context: undefined,
        target: { kind, namespace, name },
        change: { kind: "ab", route, header, variants },
      },
    ],
    emergency: false,
  };
}

interface Test {
  readonly header: string;
  readonly variants: readonly Variant[];
}

async function compose(ask: Asker, target: ShiftTarget): Promise<Test> {
  const header = await ask.text({
    prompt: l10n.t("Which request header tells the variants apart? For example user-group."),
    problem: headerProblem,
  });
  const variants: Variant[] = [];
  do variants.push(await chooseVariant(ask, target, header, variants));
  while (await wantsMore(ask, header, variants));
  return { header, variants };
}

/** What a recovery plan of the workspace says about the route; undefined where none does, or the user wants another. */
async function choosePlanned({ ask, client }: Choosing, target: ShiftTarget): Promise<Test | undefined> {
  const all = await ask.read(() => client.sendRequest<PlanAbTest[]>(METHODS.planAbTests));
  const names = [undefined, target.name, `${target.namespace}/${target.name}`];
  const items = all
    .filter(({ virtualService }) => names.includes(virtualService))
    .flatMap((planned) => plannedItem(planned, target) ?? []);
  if (items.length === 0) return undefined;
  const own = { label: `$(edit) ${l10n.t("Another A/B test…")}`, test: undefined };
  return (await ask.pick(l10n.t("Which A/B test?"), [...items, own])).test;
}

/** Undefined where the route's hosts do not have each subset exactly once. */
function plannedItem(
  { plan, uri, header, variants: planned }: PlanAbTest,
  { destinations }: ShiftTarget,
): (QuickPickItem & { readonly test: Test }) | undefined {
  const variants = planned.flatMap(({ value, subset }): Variant[] => {
    const meant = destinations.filter(({ name }) => name === subset || name.split("/")[1] === subset);
    const [only] = meant;
    return only === undefined || meant.length > 1 ? [] : [{ value, to: only.name }];
  });
  if (variants.length < planned.length) return undefined;
  return {
    label: `$(book) ${l10n.t("The one of plan {0}", plan)}`,
    description: workspace.asRelativePath(Uri.parse(uri)),
    detail: textOf(header, variants),
    test: { header, variants },
  };
}

function textOf(header: string, variants: readonly Variant[]): string {
  return variants.map(({ value, to }) => `${header}: ${value} → ${to}`).join(" · ");
}

async function chooseRoute(
  { ask, client, connected }: Choosing,
  given: ShiftTarget | undefined,
): Promise<ShiftTarget> {
  const all = await ask.read(() => client.sendRequest<ShiftTarget[]>(METHODS.abTargets));
  const meant = all.filter(({ name }) => given === undefined || name === given.name);
  const [only] = meant;
  if (only === undefined) {
    void window.showInformationMessage(
      l10n.t(
        "Namespace {0} has no VirtualService with an http route without conditions, in front of which the routes of an A/B test could stand. Connect to the namespace that has it.",
        connected.namespace,
      ),
    );
    return ask.leave();
  }
  if (given !== undefined && meant.length === 1) return only;
  const placeHolder = l10n.t("In front of which route do the variants stand?");
  return (await ask.pick(placeHolder, meant.map(targetItem))).target;
}

/** A token of RFC 9110; the others mean parts of the request to Istio. */
function headerProblem(text: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(text)) return l10n.t("The name of a header is expected.");
  return /^(?:uri|scheme|method|authority)$/i.test(text)
    ? l10n.t("Istio ignores conditions on a header of this name.")
    : undefined;
}

interface DestinationItem extends QuickPickItem {
  /** Undefined: it is typed. */
  readonly to: string | undefined;
}

async function chooseVariant(
  ask: Asker,
  { destinations }: ShiftTarget,
  header: string,
  before: readonly Variant[],
): Promise<Variant> {
  const value = await ask.text({
    prompt: l10n.t("Which value of {0} leads to variant {1}?", header, before.length + 1),
    problem: (text) => {
      if (text === "") return l10n.t("A value is needed.");
      return before.some((variant) => variant.value.toLowerCase() === text.toLowerCase())
        ? l10n.t("Another variant has this value already.")
        : undefined;
    },
  });
  const items: readonly DestinationItem[] = [
    ...destinations.map(({ name, share }) => ({ label: name, description: percent(share), to: name })),
    { label: `$(edit) ${l10n.t("Another destination…")}`, to: undefined },
  ];
  const { to } = await ask.pick(l10n.t("Where do requests with {0}: {1} go?", header, value), items);
  return { value, to: to ?? (await askDestination(ask)) };
}

async function askDestination(ask: Asker): Promise<string> {
  return await ask.text({
    prompt: l10n.t("A host, with its subset behind a slash where it has one, such as app/v2."),
    problem: (text) =>
      /^[^/\s]+(?:\/[^/\s]+)?$/.test(text) ? undefined : l10n.t("A host or host/subset is expected."),
  });
}

async function wantsMore(ask: Asker, header: string, variants: readonly Variant[]): Promise<boolean> {
  const items = [
    { label: `$(play) ${l10n.t("Preview this A/B test")}`, more: false },
    { label: `$(add) ${l10n.t("Add a variant…")}`, more: true },
  ];
  return (await ask.pick(textOf(header, variants), items)).more;
}
