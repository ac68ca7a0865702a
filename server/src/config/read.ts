import picomatch from "picomatch";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import {
  type Entry,
  entriesOf,
  integerOf,
  itemsOf,
  type Node,
  nodeAt,
  present,
  stringOf,
} from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import type { Range } from "../model/range.ts";
import type { Rule } from "../rules/rule.ts";
import { type Profile, profiles, type Severity, severities } from "../rules/severity.ts";
import { closest } from "../text/closest.ts";
import type { Topology } from "../workspace/snapshot.ts";
import { parentOf } from "../workspace/uri.ts";
import type { Config, Override, RuleSetting } from "./config.ts";

/** Something in a configuration that is not understood. The range counts from the document's start. */
export interface ConfigProblem {
  readonly document: SourceDocument;
  readonly range: Range;
  readonly message: Message;
}

/** Reads a configuration. What is not understood is reported and has no effect; the rest counts. */
export function readConfig(
  file: SourceFile,
  rules: readonly Rule[],
): { config: Config; problems: readonly ConfigProblem[] } {
  const document = file.documents[0];
  if (document === undefined) throw new RangeError("a file has at least one document");
  const reader = new Reader(document, new Map(rules.map((rule) => [rule.id, rule])));
  const parsed = parseDocument(document.text);
  for (const problem of parsed.problems) reader.report(problem.range, problem.message);
  for (const extra of file.documents.slice(1)) {
    if (extra.text.trim() !== "" && extra.text.trim() !== "---") {
      reader.problems.push({
        document: extra,
        range: { start: 0, end: Math.min(3, extra.text.length) },
        message: t(
          "A configuration is one document; what follows has no effect. Move it into the first one.",
        ),
      });
    }
  }
  return { config: reader.read(parsed.root, parentOf(file.uri)), problems: reader.problems };
}

const KEYS = ["profile", "topology", "rules", "overrides", "ignore", "shift"];
/** What traffic shifts are held to; `nines shift` and the editor's commands read it. */
const SHIFT_KEYS = ["gates", "productionContexts"];
const GATE_KEYS = ["successRate", "p99", "minRequests", "soak"];

class Reader {
  readonly problems: ConfigProblem[] = [];
  readonly #document: SourceDocument;
  readonly #rules: ReadonlyMap<string, Rule>;

  constructor(document: SourceDocument, rules: ReadonlyMap<string, Rule>) {
    this.#document = document;
    this.#rules = rules;
  }

  report(range: Range, message: Message): void {
    this.problems.push({ document: this.#document, range, message });
  }

  read(root: Node | undefined, folder: string): Config {
    this.#keys(root, KEYS);
    const ignored = this.#globs(nodeAt(root, "ignore"));
    this.#keys(nodeAt(root, "shift"), SHIFT_KEYS);
    this.#keys(nodeAt(root, "shift.gates"), GATE_KEYS);
    return {
      folder,
      profile: this.#profile(nodeAt(root, "profile")) ?? "recommended",
      topology: this.#topology(nodeAt(root, "topology")),
      rules: this.#ruleSettings(nodeAt(root, "rules")),
      overrides: this.#list(nodeAt(root, "overrides")).map((item) => this.#override(item)),
      ignores: ignored,
    };
  }

  #keys(node: Node | undefined, known: readonly string[]): void {
    const map = present(node);
    if (map === undefined) return;
    if (map.kind !== "map") {
      this.report(map.range, t("Here a map with the keys {keys} is expected.", { keys: known.join(", ") }));
      return;
    }
    for (const { key } of map.entries) if (!known.includes(key.source)) this.#unknown(key, known);
  }

  #unknown(key: Entry["key"], known: Iterable<string>): void {
    const near = closest(key.source, known);
    this.report(
      key.range,
      near === undefined
        ? t("There is no setting “{key}” here, so it has no effect. Known are: {known}.", {
            key: key.source,
            known: [...known].join(", "),
          })
        : t("There is no setting “{key}” here, so it has no effect. Did you mean “{near}”?", {
            key: key.source,
            near,
          }),
    );
  }

  #list(node: Node | undefined): readonly Node[] {
    const list = present(node);
    if (list !== undefined && list.kind !== "seq") this.report(list.range, t("Here a list is expected."));
    return itemsOf(list);
  }

  #profile(node: Node | undefined): Profile | undefined {
    return this.#oneOf(node, profiles);
  }

  #oneOf<T extends string>(node: Node | undefined, values: readonly T[]): T | undefined {
    const given = present(node);
    if (given === undefined) return undefined;
    const found = values.find((value) => value === stringOf(given));
    if (found === undefined)
      this.report(given.range, t("Here one of {values} is expected.", { values: values.join(", ") }));
    return found;
  }

  #topology(node: Node | undefined): Topology {
    this.#keys(node, ["nodes", "zones", "sites"]);
    const nodes = present(nodeAt(node, "nodes"));
    const count = integerOf(nodes);
    if (nodes !== undefined && (count === undefined || count < 1)) {
      this.report(nodes.range, t("Here the number of worker nodes is expected, 1 or more."));
    }
    return {
      nodes: count !== undefined && count >= 1 ? count : undefined,
      zones: this.#names(nodeAt(node, "zones")),
      sites: this.#names(nodeAt(node, "sites")),
    };
  }

  /** A list of names, or just how many there are. */
  #names(node: Node | undefined): readonly string[] | undefined {
    const given = present(node);
    if (given === undefined) return undefined;
    const count = integerOf(given);
    if (count !== undefined && count >= 1 && count <= 1000)
      return Array.from({ length: count }, (_, i) => String(i + 1));
    if (given.kind === "seq") return given.items.flatMap((item) => stringOf(item) ?? []);
    this.report(given.range, t("Here a list of names is expected, or how many there are."));
    return undefined;
  }

  #globs(node: Node | undefined): (path: string) => boolean {
    const patterns = this.#list(node).flatMap((item) => stringOf(item) ?? []);
    if (patterns.length === 0) return () => false;
    const matchers = patterns.map(globMatcher);
    return (path) => matchers.some((matches) => matches(path));
  }

  #override(node: Node): Override {
    this.#keys(node, ["files", "profile", "rules"]);
    const matches = this.#globs(nodeAt(node, "files"));
    return {
      matches,
      profile: this.#profile(nodeAt(node, "profile")),
      rules: this.#ruleSettings(nodeAt(node, "rules")),
    };
  }

  #ruleSettings(node: Node | undefined): ReadonlyMap<string, RuleSetting> {
    const settings = new Map<string, RuleSetting>();
    const map = present(node);
    if (map !== undefined && map.kind !== "map")
      this.report(map.range, t("Here a map from rule ids to settings is expected."));
    for (const { key, value } of entriesOf(map)) {
      const rule = this.#rules.get(key.source);
      if (rule === undefined) this.#unknownRule(key);
      else settings.set(rule.id, this.#ruleSetting(rule, value));
    }
    return settings;
  }

  #unknownRule(key: Entry["key"]): void {
    const near = closest(key.source, this.#rules.keys());
    this.report(
      key.range,
      near === undefined
        ? t("There is no rule “{id}”, so this setting has no effect. `nines rules` lists them all.", {
            id: key.source,
          })
        : t("There is no rule “{id}”, so this setting has no effect. Did you mean “{near}”?", {
            id: key.source,
            near,
          }),
    );
  }

  #ruleSetting(rule: Rule, node: Node): RuleSetting {
    if (node.kind === "scalar") return { severity: this.#severity(node), options: {} };
    this.#keys(node, ["severity", ...Object.keys(rule.options)]);
    const options: Record<string, unknown> = {};
    for (const { key, value } of entriesOf(node)) {
      const spec = Object.hasOwn(rule.options, key.source) ? rule.options[key.source] : undefined;
      if (spec === undefined) continue;
      if (
        value.kind === "scalar" &&
        typeof value.value === typeof spec.default &&
        !tooSmall(value.value, spec.minimum)
      ) {
        options[key.source] = value.value;
      } else {
        this.report(
          value.range,
          t("The option {key} of {id} takes a {type}, {minimum} or more; its default {default} counts.", {
            key: key.source,
            id: rule.id,
            type: typeof spec.default,
            minimum: spec.minimum ?? "-",
            default: String(spec.default),
          }),
        );
      }
    }
    return { severity: this.#severity(nodeAt(node, "severity")), options };
  }

  /** `off` is a boolean to a YAML 1.1 reader, and a word to ours: both mean the same here. */
  #severity(node: Node | undefined): Severity | "off" | undefined {
    if (node?.kind === "scalar" && node.value === false) return "off";
    return this.#oneOf<Severity | "off">(node, ["off", ...severities]);
  }
}

function tooSmall(value: unknown, minimum: number | undefined): boolean {
  return minimum !== undefined && typeof value === "number" && value < minimum;
}

/** Globs as in `.gitignore`'s simple cases: `legacy/` means everything below it, a bare name matches anywhere. */
function globMatcher(pattern: string): (path: string) => boolean {
  const trimmed = pattern.replace(/^\.?\//, "").replace(/\/$/, "/**");
  const patterns = trimmed.includes("/")
    ? [trimmed]
    : [trimmed, `**/${trimmed}`, `${trimmed}/**`, `**/${trimmed}/**`];
  return picomatch(patterns, { dot: true, maxLength: 500 } as picomatch.PicomatchOptions);
}
