/** A text that wants to break its reader. */
export interface HostileText {
  readonly text: string;
  /** Rules or checks that must speak up; empty where the text is odd but no mistake of its author. */
  readonly due: readonly string[];
}

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");
const list = (count: number, item: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join(", ");
const deployment = (name: string, spec: string, labels = `{app: ${name}}`) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  replicas: 3\n  selector: {matchLabels: ${labels}}\n  template:\n    metadata: {labels: ${labels}}\n    spec: ${spec}\n`;
const CONTAINER = "{containers: [{name: a, image: a, ports: [{containerPort: 80}]}]}";
const pdb = (selector: string) =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p}\nspec:\n  maxUnavailable: 0\n  selector: ${selector}\n`;
const virtualService = (http: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v}\nspec:\n  hosts: [v]\n  http:\n${http}\n`;
/** Anchors that each hold nine of the one before: 9^levels values. */
const bomb = (levels: number) =>
  [
    "x0: &x0 {a: 1}",
    ...Array.from({ length: levels }, (_, i) => `x${i + 1}: &x${i + 1} [${list(9, () => `*x${i}`)}]`),
  ].join("\n");
/** Maps that each merge nine of the one before. */
const merges = (levels: number) =>
  [
    `m0: &m0 {${list(100, (i) => `k${i}: 1`)}}`,
    ...Array.from(
      { length: levels },
      (_, i) => `m${i + 1}: &m${i + 1} {<<: [${list(9, () => `*m${i}`)}], own${i}: 1}`,
    ),
  ].join("\n");

const SYNTAX = ["yaml-syntax"];
const DRAIN = ["pdb-blocks-drain"];

/** By what is hostile about them. */
export const hostileTexts: Readonly<Record<string, () => HostileText>> = {
  "an empty text": () => ({ text: "", due: [] }),
  "an alias bomb": () => ({ text: `kind: Deployment\napiVersion: apps/v1\n${bomb(12)}\n`, due: SYNTAX }),
  "an alias bomb where a rule reads": () => ({
    text: `${deployment("bomb", `{containers: [{name: a, image: a, livenessProbe: *x12, readinessProbe: *x12}]}`)}${""}`.replace(
      "apiVersion",
      `${bomb(12)}\napiVersion`,
    ),
    due: SYNTAX,
  }),
  "two equal alias bombs where a rule compares": () => ({
    text: `${bomb(12)}\n${bomb(12).replaceAll("x", "y")}\n${deployment("bomb", "{containers: [{name: a, image: a, livenessProbe: {httpGet: *x12}, readinessProbe: {httpGet: *y12}}]}")}`,
    due: SYNTAX,
  }),
  "a merge bomb": () => ({ text: `${merges(12)}\n${pdb("{}")}`, due: SYNTAX }),
  "aliases of aliases, 5,000 deep": () => ({
    text: `z0: &z0 1\n${lines(5_000, (i) => `z${i + 1}: &z${i + 1} [*z${i}]`)}\n${pdb("{}")}`,
    due: SYNTAX,
  }),
  "a map that merges itself": () => ({ text: `a: &a\n  <<: *a\n  b: 1\n${pdb("{}")}`, due: [] }),
  "an anchor inside itself": () => ({ text: `a: &a [*a, *a]\n${pdb("{}")}`, due: [] }),
  "20,000 levels of lists in flow style": () => ({
    text: `${pdb("{}")}x: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`,
    due: SYNTAX,
  }),
  "20,000 levels of lists that never close": () => ({
    text: `${pdb("{}")}x: ${"[".repeat(20_000)}\n`,
    due: SYNTAX,
  }),
  "20,000 levels of maps in flow style": () => ({
    text: `${pdb("{}")}x: ${"{a: ".repeat(20_000)}${"}".repeat(20_000)}\n`,
    due: SYNTAX,
  }),
  "20,000 levels of lists on one line": () => ({
    text: `kind: Deployment\nx: \n  ${"- ".repeat(20_000)}a\n`,
    due: SYNTAX,
  }),
  "2,000 levels of maps in block style": () => ({
    text: `kind: Deployment\n${lines(2_000, (i) => `${" ".repeat(i)}a:`)}\n`,
    due: SYNTAX,
  }),
  "JSON of 20,000 levels": () => ({
    text: `{"kind": "Deployment", "apiVersion": "apps/v1", "x": ${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
    due: SYNTAX,
  }),
  "a NUL": () => ({ text: `kind: Deployment\nmetadata: {name: "a\0b"}\n`, due: SYNTAX }),
  "nothing but NULs": () => ({ text: "\0".repeat(100_000), due: [] }),
  "control characters": () => ({ text: `${pdb("{}")}x: "\u0001\u0008\u001b\u007f"\n`, due: DRAIN }),
  "halves of surrogate pairs": () => ({
    text: pdb("{matchLabels: {app: \ud800}}").replace("name: p", 'name: "\udfff\ud800"'),
    due: DRAIN,
  }),
  "U+2028 and a second byte order mark": () => ({
    text: `\ufeff${pdb("{}")}x: "\u2028\u2029\u0085\ufeff"\n`,
    due: DRAIN,
  }),
  "20,000 documents": () => ({
    text: `${Array.from(
      { length: 20_000 },
      (_, i) => `apiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\n`,
    ).join("---\n")}---\n${pdb("{}")}`,
    due: DRAIN,
  }),
  "20,000 empty documents": () => ({ text: `${"---\n".repeat(20_000)}${pdb("{}")}`, due: DRAIN }),
  "500 workloads with the same labels": () => ({
    text: Array.from({ length: 500 }, (_, i) => deployment(`d${i}`, CONTAINER, "{app: same}")).join("---\n"),
    due: ["readiness-probe-missing"],
  }),
  "300 workloads and 300 budgets with the same labels": () => ({
    text: [
      ...Array.from({ length: 300 }, (_, i) => deployment(`d${i}`, CONTAINER, "{app: same}")),
      ...Array.from({ length: 300 }, (_, i) =>
        pdb("{matchLabels: {app: same}}").replace("name: p", `name: p${i}`),
      ),
    ].join("---\n"),
    due: ["pdb-overlap"],
  }),
  "a line of 5 MB": () => ({ text: `${pdb("{}")}x: ${"a".repeat(5_000_000)}\n`, due: SYNTAX }),
  "a line of 3 MB": () => ({ text: `${pdb("{}")}x: ${"a".repeat(3_000_000)}\n`, due: DRAIN }),
  "a line of 3 MB of blanks": () => ({ text: `${pdb("{}")}x: ${" ".repeat(3_000_000)}y\n`, due: DRAIN }),
  "a comment of 3 MB": () => ({ text: `# nines-ignore ${" ".repeat(3_000_000)}x\n${pdb("{}")}`, due: DRAIN }),
  "3 MB of hashes": () => ({ text: `${"#".repeat(3_000_000)}\n${pdb("{}")}`, due: DRAIN }),
  "200,000 blank lines": () => ({ text: `${"\n".repeat(200_000)}${pdb("{}")}`, due: DRAIN }),
  "100,000 lines of blanks": () => ({ text: `${"      \n".repeat(100_000)}${pdb("{}")}`, due: DRAIN }),
  "duplicate keys": () => ({
    text: `${pdb("{}")}spec: {maxUnavailable: 0, selector: {}}\n`,
    due: ["yaml-syntax", ...DRAIN],
  }),
  "the same key 30,000 times": () => ({
    text: `${pdb("{}")}x:\n${lines(30_000, () => "  a: 1")}\n`,
    due: ["yaml-syntax", ...DRAIN],
  }),
  "keys named like members of Object": () => ({
    text: pdb("{matchLabels: {__proto__: a, constructor: b, toString: c, hasOwnProperty: d}}").replace(
      "metadata: {name: p}",
      "metadata: {name: __proto__, labels: {__proto__: {polluted: true}}, annotations: {__proto__: x, constructor: y}}",
    ),
    due: DRAIN,
  }),
  "kinds named like members of Object": () => ({
    text: ["__proto__", "constructor", "toString", "List", "__proto__List"]
      .map((kind) => `apiVersion: ${kind}\nkind: ${kind}\nitems: [{kind: ${kind}}]\n`)
      .join("---\n"),
    due: [],
  }),
  "keys that are no strings": () => ({
    text: `${pdb("{}")}? [a, b]\n: 1\n? {a: b}\n: 2\n? null\n: 3\n1: 4\ntrue: 5\n`,
    due: DRAIN,
  }),
  "labels without end": () => ({
    text: `${deployment("big", CONTAINER, `{${list(20_000, (i) => `l${i}: v${i}`)}}`)}---\n${pdb(`{matchLabels: {${list(20_000, (i) => `l${i}: v${i}`)}}}`)}`,
    due: DRAIN,
  }),
  "a map of 100,000 keys": () => ({
    text: `${pdb("{}")}x:\n${lines(100_000, (i) => `  k${i}: v`)}\n`,
    due: DRAIN,
  }),
  "a selector of 10,000 expressions": () => ({
    text: `${deployment("d", CONTAINER)}---\n${pdb(`{matchExpressions: [${list(10_000, (i) => `{key: app, operator: NotIn, values: [v${i}]}`)}]}`)}`,
    due: DRAIN,
  }),
  "a selector of 10,000 values": () => ({
    text: `${deployment("d", CONTAINER)}---\n${pdb(`{matchExpressions: [{key: app, operator: In, values: [${list(10_000, (i) => `v${i}`)}]}]}`)}`,
    due: DRAIN,
  }),
  "1,500 containers with 5 ports": () => ({
    text: deployment(
      "d",
      `{containers: [${list(1_500, (i) => `{name: c${i}, image: a, ports: [${list(5, (p) => `{name: p${p}, containerPort: ${p + 1}}`)}], readinessProbe: {httpGet: {port: nope}}}`)}]}`,
    ),
    due: ["probe-port-unknown"],
  }),
  "a container of 5,000 ports": () => ({
    text: deployment(
      "d",
      `{containers: [{name: c, image: a, ports: [${list(5_000, (p) => `{name: port-${p}, containerPort: ${p}}`)}], readinessProbe: {httpGet: {port: port-x}}}]}`,
    ),
    due: ["probe-port-unknown"],
  }),
  "a VirtualService of 2,000 routes with 5 matches": () => ({
    text: virtualService(
      lines(
        2_000,
        (i) =>
          `  - match: [${list(5, (m) => `{uri: {prefix: /r${i}/m${m}}, headers: {h: {exact: v${i}}}}`)}]\n    route: [{destination: {host: v}, weight: 50}, {destination: {host: w}, weight: 51}]`,
      ),
    ),
    due: ["weights-sum"],
  }),
  "a VirtualService of 2,000 routes that all match the same": () => ({
    text: virtualService(
      lines(2_000, () => "  - match: [{uri: {prefix: /}}]\n    route: [{destination: {host: v}}]"),
    ),
    due: ["route-unreachable"],
  }),
  "a VirtualService of 2,000 routes without a match": () => ({
    text: virtualService(lines(2_000, () => "  - route: [{destination: {host: v}}]")),
    due: ["route-unreachable"],
  }),
  "a match of 5,000 conditions twice": () => ({
    text: virtualService(
      lines(
        2,
        () =>
          `  - match: [${list(5_000, (i) => `{uri: {prefix: /r${i}}}`)}]\n    route: [{destination: {host: v}}]`,
      ),
    ),
    due: [],
  }),
  "3,000 destinations": () => ({
    text: virtualService(
      `  - route: [${list(3_000, (i) => `{destination: {host: v, subset: s${i}}, weight: 1}`)}]`,
    ),
    due: ["weights-sum"],
  }),
  "2,000 subsets and 2,000 destinations": () => ({
    text: `${virtualService(`  - route: [${list(2_000, (i) => `{destination: {host: v, subset: s${i}}, weight: 1}`)}]`)}---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: d}\nspec: {host: v, subsets: [${list(2_000, (i) => `{name: t${i}, labels: {version: v${i}}}`)}]}\n`,
    due: ["subset-unknown"],
  }),
  "patterns that take for ever": () => ({
    text: virtualService(
      lines(
        20,
        (i) =>
          `  - match: [{uri: {regex: "^(a+)+$${"a".repeat(i)}"}}, {uri: {exact: ${"a".repeat(5_000)}!}}, {uri: {prefix: ${"/a".repeat(5_000)}}}]\n    route: [{destination: {host: v}}]`,
      ),
    ),
    due: [],
  }),
  "images and names of a megabyte": () => ({
    text: deployment(
      "d",
      `{containers: [{name: ${"n".repeat(500_000)}, image: ${"etcd/".repeat(100_000)}, command: [${"--initial-cluster=".repeat(50_000)}], ports: [{name: ${"-".repeat(500_000)}}], readinessProbe: {httpGet: {port: ${"x".repeat(500_000)}}}}]}`,
    ),
    due: ["probe-port-unknown"],
  }),
  "arguments that look like etcd's 10,000 times": () => ({
    text: deployment(
      "etcd",
      `{containers: [{name: etcd, image: quay.io/coreos/etcd, args: [${list(10_000, (i) => `"--initial-cluster=${`m${i}=http://m${i}:2380,`.repeat(20)}"`)}]}]}`,
    ).replace("Deployment", "StatefulSet"),
    due: [],
  }),
  "30,000 template actions": () => ({
    text: `${pdb("{}")}x:\n${lines(30_000, (i) => `  k${i}: {{ .v }}`)}\n`,
    due: DRAIN,
  }),
  "100,000 template actions that never close": () => ({
    text: `${pdb("{}")}x: "${"{{ `".repeat(100_000)}"\n`,
    due: DRAIN,
  }),
  "100,000 quotes in an action": () => ({
    text: `${pdb("{}")}# {{ ${'"'.repeat(100_001)}\n# {{ ${"`\n#".repeat(100_001)}\n`,
    due: DRAIN,
  }),
  "20,000 suppressions": () => ({
    text: `${lines(20_000, () => "# nines-ignore pdb-blocks-drain:")}\n${pdb("{}")}`,
    due: [...DRAIN, "suppression-invalid"],
  }),
  "a suppression above each of 2,000 items": () => ({
    text: `apiVersion: v1\nkind: List\nitems:\n${lines(2_000, (i) => `# nines-ignore pdb-blocks-drain: because\n- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p${i}}, spec: {maxUnavailable: 0, selector: {}}}`)}\n`,
    due: [],
  }),
  "20,000 suppressions in an annotation": () => ({
    text: pdb("{}").replace(
      "{name: p}",
      `{name: p, annotations: {nines/ignore: "${"no-such-rule: x;".repeat(20_000)}"}}`,
    ),
    due: [...DRAIN, "suppression-invalid"],
  }),
  "numbers without end": () => ({
    text:
      deployment("d", CONTAINER).replace("replicas: 3", `replicas: ${"9".repeat(100_000)}`) +
      `---\n${pdb("{}").replace("maxUnavailable: 0", `minAvailable: ${"9".repeat(400)}%`)}`,
    due: [],
  }),
  "lists of lists of lists of resources": () => ({
    text: `apiVersion: v1\nkind: List\nitems: ${"[{apiVersion: v1, kind: List, items: ".repeat(500)}[]${"}]".repeat(500)}\n`,
    due: [],
  }),
  "a list of 5,000 resources": () => ({
    text: `apiVersion: v1\nkind: List\nitems:\n${lines(5_000, (i) => `- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p${i}}, spec: {maxUnavailable: 0, selector: {}}}`)}\n`,
    due: DRAIN,
  }),
  "tags of other languages": () => ({
    text: `${pdb("{}")}x: !!python/object/apply:os.system ["ls"]\ny: !<tag:x> 1\nz: !!binary "!!"\n`,
    due: DRAIN,
  }),
  "directives without end": () => ({ text: `${"%YAML 1.2\n".repeat(5_000)}---\n${pdb("{}")}`, due: [] }),
};
