import { readFileSync } from "node:fs";
import { join } from "node:path";

const TOKEN_USERS = ["admin", "operator", "viewer", "stranger"] as const;

/**
 * The people of the test bed; each has a context of the same name.
 * - admin may do anything;
 * - operator may read everything but Secrets, and patch what a traffic shift patches;
 * - viewer may only read;
 * - stranger's token has run out: the API server does not know it.
 *
 * The context `certified` is an admin who shows a certificate instead of a token, and `production` the operator by a
 * name that settings may call production.
 */
export type User = (typeof TOKEN_USERS)[number];

/** Bearer tokens by user, new for every control plane. */
export type Tokens = Readonly<Record<User, string>>;

/** What `--token-auth-file` takes. The stranger is left out. */
export function tokensFile(tokens: Tokens): string {
  return [
    `${tokens.admin},admin,admin-id,system:masters`,
    `${tokens.operator},operator,operator-id,traffic-operators`,
    `${tokens.viewer},viewer,viewer-id,traffic-viewers`,
    "",
  ].join("\n");
}

/** A kubeconfig with a context for each user and more, of an API server whose files are in `folder`. */
export function kubeconfig(server: string, folder: string, tokens: Tokens, namespace: string): string {
  const data = (file: string) => readFileSync(join(folder, file)).toString("base64");
  const context = (name: string, user: string) => ({
    name,
    context: { cluster: "test-bed", user, namespace },
  });
  const certified = {
    "client-certificate-data": data("certified.crt"),
    "client-key-data": data("certified.key"),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "test-bed", cluster: { server, "certificate-authority-data": data("certs/apiserver.crt") } },
    ],
    users: [
      ...TOKEN_USERS.map((name) => ({ name, user: { token: tokens[name] } })),
      { name: "certified", user: certified },
    ],
    contexts: [
      ...TOKEN_USERS.map((name) => context(name, name)),
      context("certified", "certified"),
      context("production", "operator"),
    ],
    "current-context": "admin",
  };
  // JSON is YAML.
  return JSON.stringify(config, null, 2);
}
