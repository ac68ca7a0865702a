import { type Message, t } from "../model/message.ts";
import type { Definition } from "./mention.ts";

/** What a name may look like. */
interface Shape {
  readonly pattern: RegExp;
  readonly longest: number;
  explain(name: string): Message;
}

const LABEL_NAME = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** Sources: apimachinery pkg/util/validation/validation.go, api/validate/content; istio pkg/config/validation (subsets). */
const SHAPES = {
  subdomain: {
    pattern: SUBDOMAIN,
    longest: 253,
    explain: (name) =>
      t(
        "“{name}” is no valid name: use at most 253 lower-case letters, digits, “-” and “.”, beginning and ending with a letter or digit.",
        { name },
      ),
  },
  dnsLabel: {
    pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    longest: 63,
    explain: (name) =>
      t(
        "“{name}” is no valid name here: use at most 63 lower-case letters, digits and “-”, beginning and ending with a letter or digit.",
        { name },
      ),
  },
  serviceName: {
    pattern: /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
    longest: 63,
    explain: (name) =>
      t(
        "“{name}” is no valid name of a Service: use at most 63 lower-case letters, digits and “-”, beginning with a letter and not ending with “-”.",
        { name },
      ),
  },
  portName: {
    pattern: /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    longest: 15,
    explain: (name) =>
      t(
        "“{name}” is no valid name of a container port: use at most 15 lower-case letters, digits and single “-” between them, with a letter among them.",
        { name },
      ),
  },
  labelValue: {
    pattern: LABEL_NAME,
    longest: 63,
    explain: (name) =>
      t(
        "“{name}” is no valid label value: use at most 63 letters, digits, “-”, “_” and “.”, beginning and ending with a letter or digit.",
        { name },
      ),
  },
  domain: {
    pattern: /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
    longest: 253,
    explain: (name) =>
      t(
        "“{name}” is no full host name: without a dot it would mean another host in each namespace. Use lower-case letters, digits and “-”, with dots between the parts.",
        { name },
      ),
  },
  anything: {
    pattern: /^[^\r\n]*\S[^\r\n]*$/,
    longest: 1024,
    explain: () => t("A name must not be empty or longer than a line."),
  },
} as const satisfies Record<string, Shape>;

const BY_SORT = {
  resource: SHAPES.subdomain,
  host: SHAPES.domain,
  label: SHAPES.labelValue,
  subset: SHAPES.dnsLabel,
  route: SHAPES.anything,
  listener: SHAPES.subdomain,
  containerPort: SHAPES.portName,
  servicePort: SHAPES.dnsLabel,
  volume: SHAPES.dnsLabel,
} as const satisfies Record<Definition["sort"], Shape>;

/** Why a definition cannot bear a name; undefined when it can. */
export function invalidName({ sort, type }: Definition, name: string): Message | undefined {
  const shape: Shape = type === "/Service" && sort === "resource" ? SHAPES.serviceName : shapeOf(sort, type);
  return shape.pattern.test(name) && name.length <= shape.longest ? undefined : shape.explain(name);
}

/** Names of roles and bindings are only path segments. */
function shapeOf(sort: Definition["sort"], type: string): Shape {
  return sort === "resource" && type.startsWith("rbac.") ? SHAPES.anything : BY_SORT[sort];
}

/** Why a text cannot be the key of a label; undefined when it can. */
export function invalidKey(key: string): Message | undefined {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const fits =
    parts.length <= 2 &&
    LABEL_NAME.test(name) &&
    name.length <= 63 &&
    (prefix === undefined || (SUBDOMAIN.test(prefix) && prefix.length <= 253));
  return fits
    ? undefined
    : t(
        "“{key}” is no valid key of a label: use at most 63 letters, digits, “-”, “_” and “.”, after a domain and “/” if there is one.",
        { key },
      );
}
