import { type Message, t } from "../model/message.ts";
import type { FailureKind } from "../traffic/shift/cluster.ts";

/** What a person can do about a failed request, to be shown after the failure's own message. */
export function adviceFor(kind: FailureKind): Message {
  return ADVICE[kind];
}

const ADVICE: Readonly<Record<FailureKind, Message>> = {
  unauthorized: t(
    "The cluster does not take these credentials; they may have run out. Log in again, for example by running kubectl with the same context, and repeat the command.",
  ),
  forbidden: t("Ask whoever runs the cluster for this right, or connect with another context."),
  notFound: t("It may have been deleted or renamed meanwhile, or be in another namespace."),
  notServed: t("The cluster does not know this type. Install its CRDs, or connect to another cluster."),
  conflict: t(
    "Somebody has changed it meanwhile. Preview it again: the new patch is made for what is there now.",
  ),
  invalid: t("The object is no longer as it was read, or the cluster refuses the change. Preview it again."),
  throttled: t("The API server has too much to do. Wait a moment and try again."),
  unreachable: t(
    "Nothing was sent. Check that the cluster runs, and the VPN, the proxy and the address in the kubeconfig.",
  ),
  unclear: t("Try again. Whether a change was carried out is read before anything else is written."),
  cancelled: t("A change that was under way may have been carried out: read it again."),
};
