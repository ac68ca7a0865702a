import { execFileSync } from "node:child_process";
import { installed, MissingProgram } from "./binaries.ts";

/**
 * Writes `authority.crt`, whose clients the API server believes, and `certified.crt` with `certified.key` for a client
 * that it takes for an administrator.
 */
export function writeClientCertificate(folder: string): void {
  const path = installed("openssl");
  if (path === undefined) {
    throw new MissingProgram(
      "There is no openssl on the PATH. Install it (Debian: apt-get install openssl).",
    );
  }
  const openssl = (...args: string[]) => execFileSync(path, args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  openssl(
    ...["req", "-x509", ...key, "-keyout", "authority.key", "-out", "authority.crt"],
    ...["-days", "2", "-subj", "/CN=test bed"],
  );
  openssl(
    ...["req", ...key, "-keyout", "certified.key", "-out", "certified.csr"],
    ...["-subj", "/O=system:masters/CN=certified"],
  );
  openssl(
    ...["x509", "-req", "-in", "certified.csr", "-CA", "authority.crt", "-CAkey", "authority.key"],
    ...["-CAcreateserial", "-out", "certified.crt", "-days", "2"],
  );
}
