import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "./api.ts";
import type { Program } from "./binaries.ts";
import { writeClientCertificate } from "./client-certificate.ts";
import { kubeconfig, type Tokens, tokensFile } from "./kubeconfig.ts";
import { endOfLog, freePorts, isRunning, startProcess, stopProcess, waitFor } from "./processes.ts";

/** Everything that is needed to find a running control plane again, from another process too. */
export type ControlPlane = {
  /** Holds data, keys, logs and process numbers. */
  folder: string;
  /** The API server's address. */
  server: string;
  /** Path of a kubeconfig with a context for each user. */
  kubeconfig: string;
  tokens: Tokens;
  programs: Readonly<Record<Program, string>>;
  ports: { etcd: number; api: number; prometheus: number; exporter: number };
};

/** In the order in which they are stopped: nothing then complains about what is gone. */
const PROCESSES = [
  "guardian",
  "prometheus",
  "exporter",
  "kwok",
  "kube-scheduler",
  "kube-controller-manager",
  "kube-apiserver",
  "etcd",
];
const START_TIMEOUT_MS = 120_000;
/** As fast as it can: the tests wait for controllers. */
const UNHURRIED = ["--kube-api-qps=1000", "--kube-api-burst=2000"];

/** Starts etcd, the API server, the controllers, the scheduler and kwok on free ports of the loopback interface. */
export async function startControlPlane(
  programs: Readonly<Record<Program, string>>,
  namespace: string,
): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), "nines-cluster-"));
  const [etcd, peer, api, managers, scheduler, kwok, prometheus, exporter] = await freePorts(8);
  const ports = { etcd: etcd ?? 0, api: api ?? 0, prometheus: prometheus ?? 0, exporter: exporter ?? 0 };
  const random = () => randomBytes(24).toString("hex");
  const tokens: Tokens = { admin: random(), operator: random(), viewer: random(), stranger: random() };
  const plane: ControlPlane = {
    folder,
    server: `https://127.0.0.1:${ports.api}`,
    kubeconfig: join(folder, "kubeconfig"),
    tokens,
    programs,
    ports,
  };
  try {
    await writeSecrets(plane);
    const guardian = join(import.meta.dirname, "guardian.ts");
    await startProcess(folder, "guardian", process.execPath, [guardian, folder, String(process.pid)]);
    await startProcess(folder, "etcd", programs.etcd, etcdArguments(ports.etcd, peer ?? 0));
    await startApiServer(plane);
    const config = kubeconfig(plane.server, folder, tokens, namespace);
    await writeFile(plane.kubeconfig, config, { mode: 0o600 });
    const client = `--kubeconfig=${plane.kubeconfig}`;
    await startProcess(folder, "kube-controller-manager", programs["kube-controller-manager"], [
      ...[
        client,
        "--leader-elect=false",
        `--secure-port=${managers}`,
        "--bind-address=127.0.0.1",
        ...UNHURRIED,
      ],
      ...[`--cert-dir=${join(folder, "managers")}`, "--service-account-private-key-file=sa.key"],
      // On a busy machine the fake nodes report late, which is not what is tested.
      "--node-monitor-grace-period=1h",
    ]);
    await startProcess(folder, "kube-scheduler", programs["kube-scheduler"], [
      ...[
        client,
        "--leader-elect=false",
        `--secure-port=${scheduler}`,
        "--bind-address=127.0.0.1",
        ...UNHURRIED,
      ],
      `--cert-dir=${join(folder, "scheduler")}`,
    ]);
    await startProcess(folder, "kwok", programs.kwok, [
      ...[client, "--manage-all-nodes=true", "--cidr=10.244.0.0/16", `--server-address=127.0.0.1:${kwok}`],
    ]);
    return plane;
  } catch (error) {
    await stopControlPlane(plane);
    throw error;
  }
}

/** Starts the API server and waits until it is ready. Does nothing where it runs. */
export async function startApiServer({
  folder,
  programs,
  ports,
  server,
  tokens,
}: ControlPlane): Promise<void> {
  if (isRunning(folder, "kube-apiserver")) return;
  await startProcess(folder, "kube-apiserver", programs["kube-apiserver"], [
    ...[`--etcd-servers=http://127.0.0.1:${ports.etcd}`, `--secure-port=${ports.api}`],
    ...["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", `--cert-dir=${join(folder, "certs")}`],
    ...["--service-account-key-file=sa.key", "--service-account-signing-key-file=sa.key"],
    ...["--service-account-issuer=https://kubernetes.default.svc", "--token-auth-file=tokens.csv"],
    ...["--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/16"],
    ...["--disable-admission-plugins=ServiceAccount", "--client-ca-file=authority.crt"],
  ]);
  const isReady = async () => {
    if (!isRunning(folder, "kube-apiserver")) throw new Error(await endOfLog(folder, "kube-apiserver"));
    const api = new Api(server, tokens.admin, readFileSync(join(folder, "certs/apiserver.crt")));
    try {
      return (await api.send("GET", "/readyz")).status === 200;
    } finally {
      api.close();
    }
  };
  await waitFor("The API server's start", isReady, START_TIMEOUT_MS);
}

/** What an API server tells of itself and signs with; its own certificate it makes when it starts. */
async function writeSecrets({ folder, tokens }: ControlPlane): Promise<void> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  await writeFile(join(folder, "sa.key"), key, { mode: 0o600 });
  await writeFile(join(folder, "tokens.csv"), tokensFile(tokens), { mode: 0o600 });
  writeClientCertificate(folder);
}

/** Without waiting for the disk: nothing of it is kept. */
function etcdArguments(port: number, peerPort: number): string[] {
  return [
    ...["--data-dir=etcd", "--unsafe-no-fsync", "--log-level=warn"],
    ...[`--listen-client-urls=http://127.0.0.1:${port}`, `--advertise-client-urls=http://127.0.0.1:${port}`],
    ...[`--listen-peer-urls=http://127.0.0.1:${peerPort}`],
  ];
}

/** Stops everything and removes the folder. Works on a control plane that another process started. */
export async function stopControlPlane({ folder }: Pick<ControlPlane, "folder">): Promise<void> {
  for (const name of PROCESSES) {
    // Nothing is to be saved.
    await stopProcess(folder, name, name.startsWith("kube-") || name === "etcd" ? "SIGKILL" : "SIGTERM");
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
