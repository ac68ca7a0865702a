import { CONTAINERS, timingOf } from "../containers.ts";
import type { AdmissionPolicy } from "../policy.ts";
import { SERVING } from "../targets.ts";

const FIRST = "variables.same[0]";
const probe = `${FIRST}.livenessProbe`;

const seconds = (of: string) => {
  const { period, timeout, failures } = timingOf(of);
  return `(${period} * ${failures} + ${timeout})`;
};
const isKnown = (of: string) => Object.values(timingOf(of)).map((each) => `${each} > 0`);

/** The number behind a port's name in container `c`, as text. */
const port = (handler: string) =>
  `(c.?ports.orValue([]).exists(x, x.?name.orValue("") == string(${handler}.port)) ? string(c.ports.filter(x, x.?name.orValue("") == string(${handler}.port))[0].containerPort) : string(${handler}.port))`;

const path = (get: string) =>
  `string(${get}.?path.orValue("/").startsWith("/") ? ${get}.?path.orValue("/") : "/" + ${get}.path)`;

/** What a probe asks, as a list of texts that is equal for equal checks, after defaulting (workspace/probes.ts, checkOf). */
function check(of: string): string {
  const [get, tcp, grpc] = [`${of}.httpGet`, `${of}.tcpSocket`, `${of}.grpc`];
  const headers = `${get}.?httpHeaders.orValue([]).map(h, string(h.name).lowerAscii() + ": " + string(h.?value.orValue("")))`;
  const http = `["http", string(${get}.?scheme.orValue("HTTP")), string(${get}.?host.orValue("")), ${port(get)}, ${path(get)}] + ${headers}`;
  const calls = [
    `has(${get}) ? ${http}`,
    `has(${tcp}) ? ["tcp", string(${tcp}.?host.orValue("")), ${port(tcp)}]`,
    `has(${grpc}) ? ["grpc", string(${grpc}.port), string(${grpc}.?service.orValue(""))]`,
    `has(${of}.exec) ? ["exec"] + ${of}.exec.?command.orValue([]).map(x, string(x))`,
  ];
  return `(${calls.join(" : ")} : [])`;
}

const [alive, ready] = ["c.livenessProbe", "c.readinessProbe"];

export default {
  ruleId: "probes-identical",
  targets: SERVING,
  body: () => ({
    variables: {
      ...CONTAINERS,
      both: `variables.containers.filter(c, has(${alive}) && has(${ready}) && ${[...isKnown(alive), ...isKnown(ready)].join(" && ")})`,
      same: `variables.both.filter(c, size(${check(alive)}) > 0 && ${check(alive)} == ${check(ready)} && ${seconds(alive)} <= ${seconds(ready)})`,
    },
    complaints: [
      {
        when: "size(variables.same) > 0",
        message:
          "Liveness asks the same as readiness ({check}) and gives up after {restart} s, readiness after {unready} s: an overloaded pod is restarted instead of being relieved of traffic.",
        values: {
          check: `has(${probe}.httpGet) ? "GET " + string(${probe}.httpGet.?path.orValue("/")) + " :" + string(${probe}.httpGet.port) : has(${probe}.tcpSocket) ? "TCP :" + string(${probe}.tcpSocket.port) : has(${probe}.grpc) ? "gRPC :" + string(${probe}.grpc.port) : ${probe}.exec.?command.orValue([]).map(x, string(x)).join(" ").replace("\\n", " ")`,
          restart: `string(${seconds(probe)})`,
          unready: `string(${seconds(`${FIRST}.readinessProbe`)})`,
        },
      },
    ],
  }),
} satisfies AdmissionPolicy;
