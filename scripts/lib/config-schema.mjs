/** The JSON Schema of `.nines.yaml`, for completion and hover in editors. Returns its text. */
export function configSchema(rules) {
  const severity = {
    description:
      "`off` silences the rule; any other value replaces its severity and switches it on whatever the profile.",
    enum: ["off", "info", "warning", "error", false],
  };
  const ruleSettings = {
    description: "Settings by rule id.",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(rules.map((rule) => [rule.id, setting(rule)])),
  };
  const profile = {
    description:
      "Which rules run: `minimal` errors only, `recommended` errors and warnings, `strict` everything.",
    enum: ["minimal", "recommended", "strict"],
    default: "recommended",
  };
  const names = (what) => ({
    description: `${what}: their names, or how many there are.`,
    anyOf: [
      { type: "array", items: { type: "string" } },
      { type: "integer", minimum: 1 },
    ],
  });
  const globs = (description) => ({ description, type: "array", items: { type: "string" } });
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Nines configuration",
    description:
      "What Nines checks in this folder and below. The nearest `.nines.yaml` above a file counts, alone.",
    type: "object",
    additionalProperties: false,
    properties: {
      profile,
      topology: {
        description: "The world the manifests are deployed to, where no cluster is connected to tell.",
        type: "object",
        additionalProperties: false,
        properties: {
          nodes: { description: "Number of worker nodes.", type: "integer", minimum: 1 },
          zones: names("Availability zones"),
          sites: names("Sites (data centres)"),
        },
      },
      rules: { $ref: "#/definitions/rules" },
      overrides: {
        description: "Settings for some files only; later entries win.",
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["files"],
          properties: {
            files: globs("Globs, relative to this file's folder."),
            profile,
            rules: { $ref: "#/definitions/rules" },
          },
        },
      },
      shift: {
        description: "What traffic shifts on live clusters are held to.",
        type: "object",
        additionalProperties: false,
        properties: {
          gates: {
            description:
              "When a step of a shift is good; a recovery plan's `release.gates` come before these.",
            type: "object",
            additionalProperties: false,
            properties: {
              successRate: {
                description: "Part of the requests that must succeed.",
                type: ["string", "number"],
                default: ">=99%",
              },
              p99: {
                description: "Time that 99 of 100 requests must stay under, such as `<=500ms`.",
                type: "string",
              },
              minRequests: {
                description: "Requests that a verdict rests on; unless told, 3 divided by the error budget.",
                type: "integer",
                minimum: 1,
              },
              soak: {
                description: "How long each step is watched at the least.",
                type: "string",
                default: "60s",
              },
            },
          },
          productionContexts: globs(
            "Kubeconfig contexts whose name has to be typed before anything is written.",
          ),
        },
      },
      ignore: globs("Globs of files that are not judged; they still count as context for others."),
    },
    definitions: { severity, rules: ruleSettings },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function setting(rule) {
  const options = Object.entries(rule.options).map(([name, spec]) => [
    name,
    {
      description: spec.description,
      type: typeof spec.default === "number" ? "integer" : typeof spec.default,
      default: spec.default,
      ...(spec.minimum === undefined ? {} : { minimum: spec.minimum }),
    },
  ]);
  return {
    description: `${rule.title}. Default: ${rule.severity}, profile ${rule.profile}.`,
    anyOf: [
      { $ref: "#/definitions/severity" },
      {
        type: "object",
        additionalProperties: false,
        properties: { severity: { $ref: "#/definitions/severity" }, ...Object.fromEntries(options) },
      },
    ],
  };
}
