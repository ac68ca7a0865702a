import { entriesOf, itemsOf, nodeAt, stringOf } from "../../model/node.ts";
import type { Container } from "../../workspace/workload.ts";

/**
 * Images whose process itself goes on serving for a while after SIGTERM, by the last part of their name.
 * Istio: pilot-agent drains for `terminationDrainDuration`, 5 s by default (A `mesh/v1alpha1/proxy.proto`).
 * Knative: queue-proxy waits 30 s (knative/serving `pkg/queue/sharedmain`). CoreDNS: `lameduck` of the health plugin,
 * 5 s in kubeadm's Corefile (kubernetes `cmd/kubeadm/app/phases/addons/dns/manifests.go`).
 */
const PATIENT_IMAGES = new Set(["proxyv2", "queue", "coredns"]);

/**
 * Words in arguments and variables by which programs say that they wait before they stop: kube-apiserver's
 * `--shutdown-delay-duration`, Quarkus' `QUARKUS_SHUTDOWN_DELAY`, Traefik's `requestAcceptGraceTimeout`, `lameduck`,
 * `DRAIN_SECONDS`, `PRE_STOP_DELAY`, `WAIT_BEFORE_EXIT`. How long a program waits for requests in flight once it has closed its
 * port (`SHUTDOWN_TIMEOUT`) is something else.
 */
const DELAY =
  /lame[-_]?duck|drain|pre[-_.]?stop|requestAcceptGraceTimeout|(?:shutdown|terminat\w{0,5}|stop|exit|sigterm|grace(?:ful)?)[-_.]?(?:delay|sleep|wait)|(?:delay|sleep|wait)[-_.]?(?:before|on|for)?[-_.]?(?:shutdown|terminat|stop|exit)/i;

/** Whether a container goes on serving after it was told to stop, as far as its manifest says. */
export function delaysItself(container: Container): boolean {
  const { node } = container;
  const image = (stringOf(nodeAt(node, "image")) ?? "").split("@")[0]?.split("/").at(-1)?.split(":")[0] ?? "";
  if (PATIENT_IMAGES.has(image)) return true;
  const words = ["command", "args"].flatMap((key) => itemsOf(nodeAt(node, key)));
  const names = itemsOf(nodeAt(node, "env")).flatMap((variable) =>
    entriesOf(variable).map(({ value }) => value),
  );
  return [...words, ...names].some((word) => DELAY.test(stringOf(word) ?? ""));
}
