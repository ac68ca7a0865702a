import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server.ts";

const TRANSPORTS = ["--stdio", "--node-ipc", "--socket", "--pipe"];

if (process.argv.some((argument) => TRANSPORTS.some((transport) => argument.split("=")[0] === transport))) {
  // One request that fails must not end the others' server.
  process.on("unhandledRejection", (reason) => console.error(reason));
  startServer(createConnection(ProposedFeatures.all));
} else {
  console.error("Usage: nines-language-server --stdio | --node-ipc | --socket=PORT | --pipe=NAME");
  process.exitCode = 2;
}
