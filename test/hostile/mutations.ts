import fc from "fast-check";
import type { Files } from "../../server/src/testing/memory-workspace.ts";

/** A change of a manifest as a tired author, a bad merge or an attacker makes it. */
type Mutation =
  | { readonly do: "drop" | "double" | "indent" | "outdent" | "join"; readonly line: number }
  | { readonly do: "swap" | "copy"; readonly line: number; readonly to: number }
  | { readonly do: "token"; readonly at: number; readonly text: string }
  | { readonly do: "insert"; readonly at: number; readonly text: string };

const PIECES = [
  ...[
    "\n",
    "---\n",
    "...\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "#",
    "# nines-ignore pdb-missing: x\n",
    "'",
    '"',
    "\\",
    "\r",
  ],
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "<<: *a\n",
    "? ",
    "| \n",
    ">-\n",
    "!!str ",
    "%",
    "@",
    "`",
    "\0",
    "\ud800",
  ],
  ...[
    "{{ .Values.x }}",
    "{{- if .y }}\n",
    "{{",
    "}}",
    `\${A}`,
    "null",
    "0",
    "-1",
    "100",
    "1e9",
    "50%",
    "true",
    "on",
  ],
  ...[
    "app",
    "web",
    "v1",
    "v2",
    "*",
    "/",
    "kind: Deployment\n",
    "replicas: 2\n",
    "$patch: delete\n",
    "é",
    "\u2028",
  ],
];

const line = fc.nat(400);
const piece = fc.constantFrom(...PIECES);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    do: fc.constantFrom(
      "drop" as const,
      "double" as const,
      "indent" as const,
      "outdent" as const,
      "join" as const,
    ),
    line,
  }),
  fc.record({ do: fc.constantFrom("swap" as const, "copy" as const), line, to: line }),
  fc.record({ do: fc.constant("token" as const), at: fc.nat(2000), text: piece }),
  fc.record({ do: fc.constant("insert" as const), at: fc.nat(20_000), text: piece }),
);

/** One of the workspaces with a few mutations in one of its files. */
export function mutated(workspaces: readonly Files[]): fc.Arbitrary<Files> {
  return fc
    .record({
      files: fc.constantFrom(...workspaces),
      which: fc.nat(10),
      mutations: fc.array(mutation, { minLength: 1, maxLength: 6 }),
      crlf: fc.integer({ min: 0, max: 7 }),
    })
    .map(({ files, which, mutations, crlf }) => {
      const paths = Object.keys(files);
      const path = paths[which % paths.length] ?? "";
      const text = mutations.reduce(apply, files[path] ?? "");
      return { ...files, [path]: crlf === 0 ? text.replace(/\r?\n/g, "\r\n") : text };
    });
}

function apply(text: string, change: Mutation): string {
  if (change.do === "insert") {
    const at = change.at % (text.length + 1);
    return text.slice(0, at) + change.text + text.slice(at);
  }
  if (change.do === "token") return replaceToken(text, change.at, change.text);
  const lines = text.split("\n");
  const i = change.line % lines.length;
  const own = lines[i] ?? "";
  switch (change.do) {
    case "drop":
      lines.splice(i, 1);
      break;
    case "double":
      lines.splice(i, 0, own);
      break;
    case "indent":
      lines[i] = `  ${own}`;
      break;
    case "outdent":
      lines[i] = own.replace(/^ {1,2}/, "");
      break;
    case "join":
      lines.splice(i, 2, `${own} ${(lines[i + 1] ?? "").trim()}`);
      break;
    case "swap":
      lines[i] = lines[change.to % lines.length] ?? "";
      lines[change.to % lines.length] = own;
      break;
    case "copy":
      lines.splice(change.to % lines.length, 0, own);
      break;
  }
  return lines.join("\n");
}

/** A word, number or sign becomes another. */
function replaceToken(text: string, at: number, by: string): string {
  const tokens = [...text.matchAll(/[\w./%-]+|[^\s\w]/g)];
  const token = tokens[at % Math.max(1, tokens.length)];
  return token === undefined
    ? by
    : text.slice(0, token.index) + by + text.slice(token.index + token[0].length);
}
