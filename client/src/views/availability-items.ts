import {
  l10n,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  workspace,
} from "vscode";
import type {
  AvailabilityBundle,
  AvailabilityFinding,
  AvailabilityGuarantee,
  AvailabilityWorkload,
} from "../../../server/src/server/protocol.ts";

import { newMark } from "./new-marks.ts";

/** A row of the view. The same object for as long as the row is there, whatever it shows. */
export type AvailabilityElement = BundleElement | WorkloadElement | GuaranteeElement | FindingElement;

export interface BundleElement {
  readonly type: "bundle";
  item: AvailabilityBundle;
}

export interface WorkloadElement {
  readonly type: "workload";
  readonly parent: BundleElement;
  item: AvailabilityWorkload;
}

export interface GuaranteeElement {
  readonly type: "guarantee";
  readonly parent: WorkloadElement;
  readonly item: AvailabilityGuarantee;
}

export interface FindingElement {
  readonly type: "finding";
  readonly parent: WorkloadElement;
  /** Its place in the workload's list. */
  readonly index: number;
  readonly item: AvailabilityFinding;
}

/** The command that a click on a row runs, with the row's element. */
export const OPEN = "nines.openAvailability";

type State = AvailabilityBundle["state"];

const STATE_ICONS: Readonly<Record<State, ThemeIcon>> = {
  guaranteed: new ThemeIcon("pass", new ThemeColor("testing.iconPassed")),
  notGuaranteed: new ThemeIcon("warning", new ThemeColor("list.warningForeground")),
  blocked: new ThemeIcon("circle-slash", new ThemeColor("list.warningForeground")),
  unknown: new ThemeIcon("question"),
  none: new ThemeIcon("circle-outline"),
};

const SEVERITY_ICONS: Readonly<Record<AvailabilityFinding["severity"], ThemeIcon>> = {
  error: new ThemeIcon("error", new ThemeColor("problemsErrorIcon.foreground")),
  warning: new ThemeIcon("warning", new ThemeColor("problemsWarningIcon.foreground")),
  info: new ThemeIcon("info", new ThemeColor("problemsInfoIcon.foreground")),
};

/** How a row is drawn. */
export function treeItemOf(element: AvailabilityElement): TreeItem {
  switch (element.type) {
    case "bundle":
      return ofBundle(element.item);
    case "workload":
      return ofWorkload(element);
    case "guarantee":
      return ofGuarantee(element);
    case "finding":
      return ofFinding(element);
  }
}

function ofBundle(bundle: AvailabilityBundle): TreeItem {
  const { id, folder, values, making, state, introduced } = bundle;
  const label = values === undefined ? folderName(folder) : `${folderName(folder)} (${values})`;
  const parts = [making, bundle.summary].filter((part) => part !== undefined);
  const summary = withNew(parts.join(" · "), introduced);
  const item = row(id, label, TreeItemCollapsibleState.Collapsed, STATE_ICONS[state], introduced);
  item.description = summary;
  item.tooltip = `${label}\n${summary}`;
  item.accessibilityInformation = { label: `${label}, ${summary}` };
  item.contextValue = "bundle";
  return item;
}

function ofWorkload(element: WorkloadElement): TreeItem {
  const { id, kind, name, namespace, state, summary, guarantees, introduced } = element.item;
  const label = name ?? l10n.t("(name from a template)");
  const item = row(id, label, TreeItemCollapsibleState.Collapsed, STATE_ICONS[state], introduced);
  item.description = withNew(`${summary} · ${kind}`, introduced);
  item.tooltip = tooltipOf(`${kind} ${namespace === undefined ? "" : `${namespace}/`}${label}`, guarantees);
  const told = guarantees.map(({ title, brief }) => `${title}: ${brief}`);
  if (introduced > 0) told.push(newText(introduced));
  item.accessibilityInformation = { label: [`${kind} ${label}`, ...told].join(", ") };
  item.contextValue = "workload";
  item.command = opening(element);
  return item;
}

function ofGuarantee({ parent, item: { scenario, state, title, brief, text } }: GuaranteeElement): TreeItem {
  const item = row(`${parent.item.id} ${scenario}`, title, TreeItemCollapsibleState.None, STATE_ICONS[state]);
  item.description = `${brief} – ${text}`;
  item.tooltip = text;
  item.accessibilityInformation = { label: `${title}: ${brief}. ${text}` };
  item.contextValue = "guarantee";
  return item;
}

function ofFinding(element: FindingElement): TreeItem {
  const { parent, index, item: finding } = element;
  const { ruleId, severity, message, about, isNew } = finding;
  const item = row(
    `${parent.item.id} ${index} ${ruleId}`,
    message,
    TreeItemCollapsibleState.None,
    SEVERITY_ICONS[severity],
    isNew ? 1 : 0,
  );
  const mark = isNew ? l10n.t("new") : undefined;
  item.description = [mark, about, ruleId].filter((part) => part !== undefined).join(" · ");
  item.tooltip = message;
  const spoken = [severityName(severity), mark].filter((part) => part !== undefined).join(", ");
  item.accessibilityInformation = { label: `${spoken}: ${message} ${ruleId}` };
  item.contextValue = "finding";
  item.command = opening(element);
  return item;
}

function row(
  id: string,
  label: string,
  state: TreeItemCollapsibleState,
  icon: ThemeIcon,
  introduced = 0,
): TreeItem {
  const item = new TreeItem(label, state);
  const mark = newMark(introduced);
  // Only there for the badge: the label and the icon stay what they are.
  if (mark !== undefined) item.resourceUri = mark;
  item.id = id;
  item.iconPath = icon;
  return item;
}

function withNew(text: string, introduced: number): string {
  return introduced === 0 ? text : `${newText(introduced)} · ${text}`;
}

function newText(introduced: number): string {
  return introduced === 1 ? l10n.t("1 new") : l10n.t("{0} new", introduced);
}

function opening(element: WorkloadElement | FindingElement) {
  return { command: OPEN, title: l10n.t("Open"), arguments: [element] };
}

/** The four guarantees. */
function tooltipOf(title: string, guarantees: readonly AvailabilityGuarantee[]): MarkdownString {
  const lines = guarantees.map(
    (each) => `- **${escaped(each.title)}**: ${escaped(`${each.brief}. ${each.text}`)}`,
  );
  return new MarkdownString([`**${escaped(title)}**`, "", ...lines].join("\n"));
}

/** Names come from manifests, so nothing in a text is taken for Markdown. `appendText` would leave no place to break a line. */
function escaped(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()#+\-.!|<>&~$:@/]/g, "\\$&");
}

function severityName(severity: AvailabilityFinding["severity"]): string {
  if (severity === "error") return l10n.t("Error");
  return severity === "warning" ? l10n.t("Warning") : l10n.t("Information");
}

function folderName(folder: string): string {
  const uri = Uri.parse(folder);
  const root = workspace.workspaceFolders?.find((each) => each.uri.toString() === uri.toString());
  return root?.name ?? workspace.asRelativePath(uri);
}
